"""Reading topics, their lists, and how far members have read."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only

from app.features.accounts.models import Right, User
from app.features.accounts.viewer import Viewer
from app.features.boards.models import Board
from app.features.topics.models import MERGED, PUBLISHED, BoardRead, Topic, TopicRead
from app.features.topics.policy import VISIBLE, visibility, visible_to
from app.kernel.db import session
from app.kernel.errors import NotFound
from app.kernel.paging import Paging

S = TypeVar("S")
Address: TypeAlias = sa.Row[int, str, datetime]

MERGE_HOPS = 20


class Sort(enum.StrEnum):
    """Orders of a topic list; each walks an index from its high end."""

    LAST_REPLY = "last-reply"
    START = "start"
    REPLIES = "replies"
    VIEWS = "views"
    RATING = "rating"


_COLUMNS: Mapping[Sort, Any] = {
    Sort.LAST_REPLY: Topic.last_post_id,
    Sort.START: Topic.created_at,
    Sort.REPLIES: Topic.post_count,
    Sort.VIEWS: Topic.view_count,
    Sort.RATING: Topic.rating_score,
}

_MARKS = sa.union_all(
    sa.select(TopicRead.post_id).where(
        TopicRead.user_id == sa.bindparam("user_id"), TopicRead.topic_id == sa.bindparam("topic_id")
    ),
    sa.select(BoardRead.post_id).where(
        BoardRead.user_id == sa.bindparam("user_id"), BoardRead.board_id == sa.bindparam("board_id")
    ),
)

AUTHOR = joinedload(Topic.author, innerjoin=True).load_only(User.id, User.name, User.slug, User.group_id)


# Not a link, which only leads to a topic: whoever may not read where it leads may not know of it.
_TOPIC = (
    sa.select(Topic).where(Topic.id == sa.bindparam("topic_id"), VISIBLE, Topic.link_to_id.is_(None)).options(AUTHOR)
)
_READER = sa.bindparam("user_id", type_=sa.Integer)
_TOPIC_AND_MARKS = (
    _TOPIC.add_columns(TopicRead.post_id, BoardRead.post_id)
    .outerjoin(TopicRead, sa.and_(TopicRead.topic_id == Topic.id, TopicRead.user_id == _READER))
    .outerjoin(BoardRead, sa.and_(BoardRead.board_id == Topic.board_id, BoardRead.user_id == _READER))
)


def get_topic(topic_id: int, viewer: Viewer) -> Topic:
    """A topic the viewer may read, with its author; not a link. Raises NotFound."""
    found = session.scalar(_TOPIC, {"topic_id": topic_id, **visibility(viewer)})
    if found is None:
        raise NotFound
    return found


def get_topic_and_mark(topic_id: int, viewer: Viewer) -> tuple[Topic, int]:
    """The same, with the id of the newest post the viewer has read of it (0 for none); one query."""
    if viewer.is_guest:
        return get_topic(topic_id, viewer), 0
    row = session.execute(
        _TOPIC_AND_MARKS, {"topic_id": topic_id, "user_id": viewer.id, **visibility(viewer)}
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], max(row[1] or 0, row[2] or 0, viewer.read_up_to_post_id)


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
    rows = session.scalars(sa.select(Topic).where(Topic.id.in_(topic_ids), visible_to(viewer)).options(AUTHOR))
    return {topic.id: topic for topic in rows}


def pinned_topics(board_id: int, viewer: Viewer) -> Sequence[Topic]:
    return session.scalars(
        sa.select(Topic)
        .where(Topic.board_id == board_id, Topic.pinned_at.is_not(None), visible_to(viewer))
        .options(AUTHOR)
        .order_by(Topic.pinned_at.desc())
        .limit(50)
    ).all()


def page_of_topics(board_id: int, viewer: Viewer, paging: Paging, sort: Sort) -> Sequence[Topic]:
    """One page of a board's topics that are not pinned; the second half is walked from the other end."""
    column = _COLUMNS[sort]
    offset = (paging.number - 1) * paging.size
    count = max(0, min(paging.size, paging.total - offset))
    forward = offset <= paging.total // 2
    skip = offset if forward else max(0, paging.total - offset - count)
    order = [column.desc(), Topic.id.desc()] if forward else [column.asc(), Topic.id.asc()]
    ids = session.scalars(
        sa.select(Topic.id)
        .where(Topic.board_id == board_id, Topic.pinned_at.is_(None), listed(viewer))
        .order_by(*order)
        .offset(skip)
        .limit(count)
    ).all()
    rows = {t.id: t for t in session.scalars(sa.select(Topic).where(Topic.id.in_(ids)).options(AUTHOR))}
    ordered = [rows[i] for i in ids if i in rows]
    return ordered if forward else ordered[::-1]


def count_topics(board_id: int, viewer: Viewer) -> int:
    """How many topics `page_of_topics` pages through."""
    return (
        session.scalar(
            sa.select(sa.func.count()).where(Topic.board_id == board_id, Topic.pinned_at.is_(None), listed(viewer))
        )
        or 0
    )


def listed(viewer: Viewer) -> Any:
    """Topics a list shows: those the viewer may read, and links only to such."""
    target = sa.orm.aliased(Topic)
    readable = viewer.board_ids(Right.READ)
    leads_somewhere = sa.exists().where(
        target.id == Topic.link_to_id, target.state == PUBLISHED, target.board_id.in_(readable)
    )
    return sa.and_(visible_to(viewer), sa.or_(Topic.link_to_id.is_(None), leads_somewhere))


def latest_topics(viewer: Viewer, *, before: int | None = None, limit: int = 25) -> Sequence[Topic]:
    """Topics by last reply over every board the viewer reads, older than the post id `before`."""
    query = sa.select(Topic).where(visible_to(viewer), Topic.state == PUBLISHED, Topic.link_to_id.is_(None))
    if before is not None:
        query = query.where(Topic.last_post_id < before)
    return session.scalars(query.options(AUTHOR).order_by(Topic.last_post_id.desc()).limit(limit)).all()


def unread_topics(viewer: Viewer, *, before: int | None = None, limit: int = 25) -> Sequence[Topic]:
    """Topics with posts the member has not read, newest first."""
    query = _with_news(sa.select(Topic), viewer).where(visible_to(viewer))
    if before is not None:
        query = query.where(Topic.last_post_id < before)
    return session.scalars(query.options(AUTHOR).order_by(Topic.last_post_id.desc()).limit(limit)).all()


def unread_board_ids(viewer: Viewer) -> set[int]:
    """Boards that hold something the member has not read; each is looked through only until the first of it."""
    if viewer.is_guest:
        return set()
    news = _with_news(sa.select(Topic.id), viewer).where(Topic.board_id == Board.id)
    rows = session.scalars(
        sa.select(Board.id).where(
            Board.id.in_(viewer.board_ids(Right.READ)),
            Board.last_post_id > viewer.read_up_to_post_id,
            news.correlate(Board).exists(),
        )
    )
    return set(rows)


def _with_news(query: sa.Select[S], viewer: Viewer) -> sa.Select[S]:
    """The query's topics, as far as they have posts the member has not read."""
    return (
        query.outerjoin(TopicRead, sa.and_(TopicRead.topic_id == Topic.id, TopicRead.user_id == viewer.id))
        .outerjoin(BoardRead, sa.and_(BoardRead.board_id == Topic.board_id, BoardRead.user_id == viewer.id))
        .where(
            Topic.state == PUBLISHED,
            Topic.link_to_id.is_(None),
            Topic.last_post_id > viewer.read_up_to_post_id,
            Topic.last_post_id > sa.func.coalesce(TopicRead.post_id, 0),
            Topic.last_post_id > sa.func.coalesce(BoardRead.post_id, 0),
        )
    )


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


def last_topics(board_topic_ids: Collection[int], viewer: Viewer) -> Mapping[int, Topic]:
    """The topics boards were last posted in, with no more than lists need."""
    rows = session.scalars(
        sa.select(Topic)
        .where(Topic.id.in_(board_topic_ids), visible_to(viewer))
        .options(load_only(Topic.id, Topic.title, Topic.slug, Topic.board_id))
    )
    return {topic.id: topic for topic in rows}


def numbers_of_ranges(viewer: Viewer, size: int) -> Sequence[int]:
    """Of the ranges of `size` ids each, counted from 1, those that hold a topic the viewer may read. One of each is looked at."""
    last = session.scalar(sa.select(sa.func.max(Topic.id))) or 0
    ranges = sa.select(sa.literal(1).label("number")).cte(recursive=True)
    ranges = ranges.union_all(sa.select(ranges.c.number + 1).where(ranges.c.number * size < last))
    some = _addresses(viewer).with_only_columns(Topic.id).where(_is_in_range(ranges.c.number, size))
    found = session.execute(sa.select(ranges.c.number, some.order_by(Topic.id).limit(1).scalar_subquery()))
    return sorted(number for number, topic_id in found if topic_id is not None)


def addresses_in_range(viewer: Viewer, number: int, size: int) -> Sequence[Address]:
    """Id, slug and `changed_at` of the topics the viewer may read in one of those ranges."""
    return session.execute(_addresses(viewer).where(_is_in_range(number, size)).order_by(Topic.id)).all()


def latest_addresses(viewer: Viewer, limit: int) -> Sequence[Address]:
    """The same of the topics that were last posted in."""
    return session.execute(_addresses(viewer).order_by(Topic.last_post_id.desc()).limit(limit)).all()


def _addresses(viewer: Viewer) -> sa.Select[int, str, datetime]:
    columns = sa.select(Topic.id, Topic.slug, Topic.changed_at)
    return columns.where(_is_itself(viewer), Topic.state == PUBLISHED)


def _is_in_range(number: Any, size: int) -> sa.ColumnElement[bool]:
    return sa.and_(Topic.id > (number - 1) * size, Topic.id <= number * size)
