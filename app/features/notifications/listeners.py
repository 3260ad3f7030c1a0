"""What notifications do about posts."""

from __future__ import annotations

from app.features.moderation.events import PostsMoved, PostsPurged, TopicMerged
from app.features.notifications import actions
from app.features.posts.events import PostPublished
from app.kernel.jobs import enqueue


def tell_followers(event: PostPublished) -> None:
    """Queue the telling, of those quoted too: their counters may only be locked in the order of members' ids, which the
    transaction that posts has already passed.
    """
    enqueue("tell_followers", post_id=event.post_id)


def follow_merged_topic(event: TopicMerged) -> None:
    actions.move_with_topic(event.topic_id, event.into_id)


def follow_moved_posts(event: PostsMoved) -> None:
    actions.move_with_posts(event.post_ids, event.topic_id)


def forget_purged_posts(event: PostsPurged) -> None:
    actions.forget_posts(event.post_ids)
