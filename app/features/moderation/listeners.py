"""Moderators' edits go into the log; what authors do to their own posts does not."""

from __future__ import annotations

from app.features.moderation.log import record_by
from app.features.posts.events import PostEdited
from app.features.topics.events import TopicRetitled
from app.features.topics.models import Topic
from app.kernel.db import session


def record_edit(event: PostEdited) -> None:
    topic = session.get(Topic, event.topic_id)
    if topic is None or event.editor_id == event.author_id:
        return
    record_by(
        event.editor_id,
        "edit_post",
        board_id=topic.board_id,
        topic_id=topic.id,
        post_id=event.post_id,
        subject_id=event.author_id,
        reason=event.reason,
        details={"title": topic.title},
    )


def record_retitling(event: TopicRetitled) -> None:
    topic = session.get(Topic, event.topic_id)
    if topic is None or event.editor_id == topic.author_id:
        return
    record_by(
        event.editor_id,
        "retitle_topic",
        board_id=topic.board_id,
        topic_id=topic.id,
        subject_id=topic.author_id,
        details={"title": topic.title, "old_title": event.old_title},
    )
