"""What happened to topics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TopicStarted:
    topic_id: int
    board_id: int
    author_id: int


@dataclass(frozen=True)
class TopicRetitled:
    topic_id: int
    editor_id: int
    old_title: str
