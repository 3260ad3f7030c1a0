"""What notifications do about posts."""

from __future__ import annotations

from app.features.posts.events import PostPublished
from app.kernel.jobs import enqueue


def tell_followers(event: PostPublished) -> None:
    """Queue the telling, of those quoted too: their counters may only be locked in the order of members' ids, which the
    transaction that posts has already passed.
    """
    enqueue("tell_followers", post_id=event.post_id)
