"""How far members have read the topics of a list."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from app.features.accounts.viewer import Viewer
from app.features.topics.models import BoardRead, Topic, TopicRead
from app.kernel.db import session


def unread_ids(topics: Collection[Topic], viewer: Viewer) -> set[int]:
    """Which of these topics have posts the member has not read; one query."""
    if viewer.is_guest or not topics:
        return set()
    board_ids = {topic.board_id for topic in topics}
    marks: dict[int, int] = {}
    boards: dict[int, int] = {}
    rows = session.execute(
        sa.union_all(
            sa.select(sa.literal(0).label("kind"), TopicRead.topic_id, TopicRead.post_id).where(
                TopicRead.user_id == viewer.id, TopicRead.topic_id.in_([topic.id for topic in topics])
            ),
            sa.select(sa.literal(1).label("kind"), BoardRead.board_id, BoardRead.post_id).where(
                BoardRead.user_id == viewer.id, BoardRead.board_id.in_(board_ids)
            ),
        )
    )
    for kind, row_id, post_id in rows:
        (boards if kind else marks)[row_id] = post_id
    return {
        topic.id
        for topic in topics
        if topic.link_to_id is None
        and (topic.last_post_id or 0)
        > max(marks.get(topic.id, 0), boards.get(topic.board_id, 0), viewer.read_up_to_post_id)
    }
