"""What a member is told, at most once for each kind and post."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.features.accounts.models import User
from app.kernel.db import CreatedAt, Id, Model, UtcDateTime

REPLY, QUOTE, TOPIC = "reply", "quote", "topic"


class Notification(Model):
    __tablename__ = "notifications"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "kind", "post_id"),
        sa.Index(None, "user_id", "id"),
        sa.Index(None, "user_id", "kind", "created_at"),
        sa.Index(
            "ix_notifications_unread",
            "user_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[CreatedAt]
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    actor: Mapped[User] = relationship(lazy="raise", foreign_keys=actor_id)
