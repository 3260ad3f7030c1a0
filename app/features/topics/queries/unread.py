"""How far members have read the topics of a list."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from app.features.accounts.viewer import Viewer
from app.features.topics.models import BoardRead, Topic, TopicRead
from app.kernel.db import session

_topic, _board = TopicRead.__table__.c, BoardRead.__table__.c
_MARKS = sa.union_all(
    sa.select(sa.literal_column("0"), _topic.topic_id, _topic.post_id).where(
        _topic.user_id == sa.bindparam("user_id"), _topic.topic_id.in_(sa.bindparam("topic_ids", expanding=True))
    ),
    sa.select(sa.literal_column("1"), _board.board_id, _board.post_id).where(
        _board.user_id == sa.bindparam("user_id"), _board.board_id.in_(sa.bindparam("board_ids", expanding=True))
    ),
)


def unread_ids(topics: Collection[Topic], viewer: Viewer) -> set[int]:
    """Which of these topics have posts the member has not read; one query."""
    if viewer.is_guest or not topics:
        return set()
    marks: dict[int, int] = {}
    boards: dict[int, int] = {}
    rows = session.execute(
        _MARKS,
        {
            "user_id": viewer.id,
            "topic_ids": [topic.id for topic in topics],
            "board_ids": list({topic.board_id for topic in topics}),
        },
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
