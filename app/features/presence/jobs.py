"""Repeating work on presence."""

from __future__ import annotations

from app.features.presence import actions
from app.kernel.db import transaction


def drop_old_presence() -> None:
    with transaction():
        actions.drop_old()
