"""Telling members what happened, while nobody waits."""

from __future__ import annotations

from app.features.notifications import actions
from app.kernel.cache.lanes import give_way
from app.kernel.db import transaction


def tell_followers(post_id: int) -> None:
    """Tell everyone a new post quotes, and everyone who follows what it belongs to; safe to repeat."""
    after: int | None = 0
    while after is not None:
        with transaction():
            after = actions.tell_some(post_id, after)
        give_way()
