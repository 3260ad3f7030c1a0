"""The log of every moderator act, reports, and what a moderator has ticked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.features.accounts.models import User
from app.kernel.db import CreatedAt, Id, Model, UtcDateTime


class LogEntry(Model):
    """One act. Rows are only ever added. The ids are kept as numbers so that a purge does not erase the record."""

    __tablename__ = "moderation_log"
    __table_args__ = (
        sa.Index(None, "board_id", "id"),
        sa.Index(None, "topic_id", "id"),
        sa.Index(None, "actor_id", "id"),
        sa.Index(None, "subject_id", "id"),
        sa.Index(None, "act", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    created_at: Mapped[CreatedAt]
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    act: Mapped[str] = mapped_column(sa.String(40))
    board_id: Mapped[int | None]
    topic_id: Mapped[int | None]
    post_id: Mapped[int | None] = mapped_column(index=True)
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    actor: Mapped[User] = relationship(lazy="raise", foreign_keys=actor_id)
    subject: Mapped[User | None] = relationship(lazy="raise", foreign_keys=subject_id)


class Report(Model):
    """A member's word that a post needs a look; one per member and post."""

    __tablename__ = "reports"
    __table_args__ = (sa.UniqueConstraint("post_id", "reporter_id"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    created_at: Mapped[CreatedAt]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    comment: Mapped[str] = mapped_column(sa.String(1000), default="", server_default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")

    reporter: Mapped[User] = relationship(lazy="raise", foreign_keys=reporter_id)
    closed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=closed_by_id)


class Selection(Model):
    """A post or topic a moderator ticked on one page, kept while turning to the next."""

    __tablename__ = "selections"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    item_id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[CreatedAt]
