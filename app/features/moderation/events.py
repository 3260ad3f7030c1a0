"""What moderators did that others must follow in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TopicMerged:
    """Every post of `topic_id` now stands in `into_id`."""

    topic_id: int
    into_id: int


@dataclass(frozen=True)
class PostsMoved:
    """These posts now stand in another topic."""

    post_ids: tuple[int, ...]
    topic_id: int


@dataclass(frozen=True)
class PostsPurged:
    """These posts are about to be removed for good; rows that name them go first."""

    post_ids: tuple[int, ...]
