"""What members want to hear of: a topic, a board or a member."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import CreatedAt, Id, Model


class Follow(Model):
    """An anonymous follow is counted but not listed."""

    __tablename__ = "follows"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "topic_id"),
        sa.UniqueConstraint("user_id", "board_id"),
        sa.UniqueConstraint("user_id", "member_id"),
        sa.CheckConstraint(
            "(CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN board_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN member_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_target",
        ),
        sa.Index(None, "user_id", "id"),
        sa.Index(None, "topic_id", "user_id"),
        sa.Index(None, "board_id", "user_id"),
        sa.Index(None, "member_id", "user_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("boards.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    frequency: Mapped[str] = mapped_column(sa.String(10), default="immediate")
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]
