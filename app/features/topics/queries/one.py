"""Reading topics by their ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.topics.models import MERGED, PUBLISHED, BoardRead, Topic, TopicRead
from app.features.topics.policy import VISIBLE, may_read, visibility, visible_to
from app.kernel.db import session
from app.kernel.errors import NotFound

MERGE_HOPS = 20

_MARKS = sa.union_all(
    sa.select(TopicRead.post_id).where(
        TopicRead.user_id == sa.bindparam("user_id"), TopicRead.topic_id == sa.bindparam("topic_id")
    ),
    sa.select(BoardRead.post_id).where(
        BoardRead.user_id == sa.bindparam("user_id"), BoardRead.board_id == sa.bindparam("board_id")
    ),
)

AUTHOR = joinedload(Topic.author, innerjoin=True).load_only(User.id, User.name, User.slug, User.group_id)


_TOPIC = sa.select(Topic).where(Topic.id == sa.bindparam("topic_id")).options(AUTHOR)
_READER = sa.bindparam("user_id", type_=sa.Integer)
_TOPIC_AND_MARKS = (
    _TOPIC.add_columns(TopicRead.post_id, BoardRead.post_id)
    .outerjoin(TopicRead, sa.and_(TopicRead.topic_id == Topic.id, TopicRead.user_id == _READER))
    .outerjoin(BoardRead, sa.and_(BoardRead.board_id == Topic.board_id, BoardRead.user_id == _READER))
)


def get_topic(topic_id: int, viewer: Viewer) -> Topic:
    """A topic the viewer may read, with its author; not a link. Raises NotFound."""
    return _readable(session.scalar(_TOPIC, {"topic_id": topic_id}), viewer)


def get_topic_and_mark(topic_id: int, viewer: Viewer) -> tuple[Topic, int]:
    """The same, with the id of the newest post the viewer has read of it (0 for none); one query."""
    if viewer.is_guest:
        return get_topic(topic_id, viewer), 0
    row = session.execute(_TOPIC_AND_MARKS, {"topic_id": topic_id, "user_id": viewer.id}).one_or_none()
    if row is None:
        raise NotFound
    return _readable(row[0], viewer), max(row[1] or 0, row[2] or 0, viewer.read_up_to_post_id)


def _readable(found: Topic | None, viewer: Viewer) -> Topic:
    """A link only leads to a topic: whoever may not read where it leads may not know of it."""
    if found is None or found.link_to_id is not None or not may_read(viewer, found):
        raise NotFound
    return found


def mark_of(topic: Topic, viewer: Viewer) -> int:
    """The newest post the viewer has read of a topic (its id, 0 for none); one query."""
    if viewer.is_guest:
        return 0
    asked = {"user_id": viewer.id, "topic_id": topic.id, "board_id": topic.board_id}
    return max(viewer.read_up_to_post_id, *(row[0] for row in session.execute(_MARKS, asked)), 0)


def find_merged_into(topic_id: int, viewer: Viewer) -> Topic | None:
    """Where the posts of a merged topic, or of one a link stands for, are now, if the viewer may read there; follows
    several merges.
    """
    wanted = topic_id
    for _ in range(MERGE_HOPS):
        row = session.execute(
            sa.select(Topic.state, Topic.merged_into_id, Topic.link_to_id).where(Topic.id == wanted)
        ).one_or_none()
        if row is None:
            return None
        leads_to = {MERGED: row.merged_into_id, PUBLISHED: row.link_to_id}.get(row.state)
        if leads_to is None:
            return session.scalar(sa.select(Topic).where(Topic.id == wanted, _is_itself(viewer)))
        wanted = leads_to
    return None


def _is_itself(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Topics the viewer may read, without links: whoever may not read where a link leads may not know of it."""
    return sa.and_(visible_to(viewer), Topic.link_to_id.is_(None))


def topics_by_id(topic_ids: Collection[int], viewer: Viewer) -> Mapping[int, Topic]:
    return _by_id(_TOPICS, topic_ids, viewer)


def last_topics(board_topic_ids: Collection[int], viewer: Viewer) -> Mapping[int, Topic]:
    """The topics boards were last posted in, with no more than lists need."""
    return _by_id(_TITLES, board_topic_ids, viewer)


def _by_id(statement: sa.Select[Topic], topic_ids: Collection[int], viewer: Viewer) -> Mapping[int, Topic]:
    if not topic_ids:
        return {}
    rows = session.scalars(statement, {"ids": list(topic_ids), **visibility(viewer)})
    return {topic.id: topic for topic in rows}


_SOME = sa.select(Topic).where(Topic.id.in_(sa.bindparam("ids", expanding=True)), VISIBLE)
_TOPICS = _SOME.options(AUTHOR)
_TITLES = _SOME.options(load_only(Topic.id, Topic.title, Topic.slug, Topic.board_id))
