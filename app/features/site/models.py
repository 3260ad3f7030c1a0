"""Settings that administrators edit, and the number that tells every process when its copies are old."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Count, Model


class Setting(Model):
    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(sa.JSON)


class SiteVersion(Model):
    """One row. `version` is raised in every transaction that changes settings, boards, groups or grants."""

    __tablename__ = "site_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    member_count: Mapped[Count]
    # Every post up to this id is so old that it counts as read by everyone.
    read_up_to_post_id: Mapped[Count]
