"""Repeating work on presence."""

from __future__ import annotations

from app.features.presence import actions
from app.features.site.queries import use_version
from app.kernel.db import transaction


def drop_old_presence() -> None:
    use_version(None)  # a worker's context outlives many changes of the settings
    with transaction():
        actions.drop_old()
