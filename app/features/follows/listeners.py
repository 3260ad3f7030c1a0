"""What follows do about posts."""

from __future__ import annotations

from app.features.follows import actions
from app.features.posts.events import PostPublished


def follow_own_topic(event: PostPublished) -> None:
    actions.follow_own_topic(event.author_id, event.topic_id, is_first=event.is_first)
