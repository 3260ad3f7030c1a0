"""Places for topics. A board may hold boards; a category only groups them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Count, CreatedAt, Id, Model, UtcDateTime


class Board(Model):
    __tablename__ = "boards"

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("boards.id"), index=True)
    is_category: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    name: Mapped[str] = mapped_column(sa.String(80))
    slug: Mapped[str] = mapped_column(sa.String(80))
    description: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    icon: Mapped[str] = mapped_column(sa.String(30), default="messages", server_default="messages")
    position: Mapped[Count]
    created_at: Mapped[CreatedAt]
    has_ratings: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    # Whether posts here add to their authors' totals, which everyone sees: off for private boards.
    counts_posts: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    # Minutes in which authors may edit or delete their own posts; empty means always, 0 never.
    edit_minutes: Mapped[int | None]

    topic_count: Mapped[Count]
    # Those of the topics that stand above the numbered list.
    pinned_count: Mapped[Count]
    post_count: Mapped[Count]
    follower_count: Mapped[Count]
    last_topic_id: Mapped[int | None]
    last_post_id: Mapped[int | None]
    last_post_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_post_by_id: Mapped[int | None]
