"""What happened to posts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PostPublished:
    """A reply, or the first post of a new topic when `is_first`."""

    post_id: int
    topic_id: int
    board_id: int
    author_id: int
    is_first: bool


@dataclass(frozen=True)
class PostEdited:
    post_id: int
    topic_id: int
    author_id: int
    editor_id: int
    reason: str


@dataclass(frozen=True)
class PostDeletedByAuthor:
    post_id: int
    topic_id: int
