"""Who was seen where, in the last minutes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Model, Moment, UtcDateTime


class Presence(Model):
    """`place` is "home", "board:<id>" or "topic:<id>"."""

    __tablename__ = "presences"
    __table_args__ = (sa.Index(None, "place", "seen_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    seen_at: Mapped[Moment] = mapped_column(UtcDateTime, index=True)
