"""Topics across all boards, the latest first: each board is asked for its own latest, so that what the viewer may not
read, or has read, costs nothing. Statements are made once: making them takes longer than running them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from app.features.accounts.models import Right
from app.features.accounts.viewer import Viewer
from app.features.boards.models import Board
from app.features.topics.models import PUBLISHED, BoardRead, Topic, TopicRead
from app.features.topics.queries.one import AUTHOR
from app.kernel.db import MAX_ID, session
from app.kernel.walking import found_for_each

_READABLE = Board.id.in_(sa.bindparam("readable", expanding=True))
_LIMIT = sa.bindparam("limit", type_=sa.Integer)


def latest_topics(viewer: Viewer, *, before: int | None = None, limit: int = 25) -> Sequence[Topic]:
    """Topics by last reply over every board the viewer reads, older than the post id `before`."""
    wanted = {"readable": viewer.board_ids(Right.READ), "before": before or MAX_ID, "limit": limit}
    return session.scalars(_latest(_dialect(), from_the_start=before is None), wanted).all()


def ids_of_latest(viewer: Viewer, limit: int) -> Sequence[int]:
    """Only the ids of the latest topics."""
    wanted = {"readable": viewer.board_ids(Right.READ), "before": MAX_ID, "limit": limit}
    return session.scalars(_latest_ids(_dialect(), from_the_start=True), wanted).all()


def unread_topics(viewer: Viewer, *, before: int | None = None, limit: int = 25) -> Sequence[Topic]:
    """Topics with posts the member has not read, newest first."""
    return session.scalars(_unread(_dialect()), _of(viewer) | {"before": before or MAX_ID, "limit": limit}).all()


def unread_board_ids(viewer: Viewer) -> set[int]:
    """Boards that hold something the member has not read; each is looked through only until the first of it."""
    if viewer.is_guest:
        return set()
    return set(session.scalars(_UNREAD_BOARDS, _of(viewer) | {"before": MAX_ID}))


def _dialect() -> str:
    return session.get_bind().dialect.name


def _of(viewer: Viewer) -> dict[str, object]:
    return {
        "readable": viewer.board_ids(Right.READ),
        "user_id": viewer.id,
        "read_up_to": viewer.read_up_to_post_id,
    }


@cache
def _latest(dialect: str, *, from_the_start: bool) -> sa.Select[Topic]:
    return _whole(_latest_ids(dialect, from_the_start=from_the_start))


@cache
def _unread(dialect: str) -> sa.Select[Topic]:
    return _whole(_latest_of_each(_BOARDS_TO_READ.subquery("b"), _NOT_READ, dialect))


@cache
def _latest_ids(dialect: str, *, from_the_start: bool) -> sa.Select[int, int | None]:
    boards = sa.select(Board.id, sa.literal(0).label("read_up_to")).where(_READABLE)
    if from_the_start:
        # A board whose last post is older than that of so many others holds none of the latest.
        boards = boards.where(Board.last_post_id.is_not(None)).order_by(Board.last_post_id.desc()).limit(_LIMIT)
    return _latest_of_each(boards.subquery("b"), sa.select(Topic.id), dialect)


def _whole(ids: sa.Select[int, int | None]) -> sa.Select[Topic]:
    found = ids.subquery()
    return sa.select(Topic).join(found, found.c.id == Topic.id).options(AUTHOR).order_by(Topic.last_post_id.desc())


def _latest_of_each(b: sa.Subquery, topics: sa.Select[int], dialect: str) -> sa.Select[int, int | None]:
    found = sa.orm.aliased(Topic, name="found")
    return (
        sa.select(found.id, found.last_post_id)
        .join_from(b, found, found_for_each(found.id, _walk(topics, b).limit(_LIMIT), dialect))
        .order_by(found.last_post_id.desc())
        .limit(_LIMIT)
    )


def _walk(topics: sa.Select[int], b: sa.Subquery) -> sa.Select[int]:
    """The topics of one of the boards `b` that have posts beyond what is read there, the latest first."""
    return (
        topics.where(
            Topic.board_id == b.c.id,
            Topic.state == PUBLISHED,
            Topic.link_to_id.is_(None),
            Topic.last_post_id > b.c.read_up_to,
            Topic.last_post_id < sa.bindparam("before"),
        )
        .order_by(Topic.last_post_id.desc())
        .correlate(b)
    )


_marked = sa.case(
    (BoardRead.post_id > sa.bindparam("read_up_to"), BoardRead.post_id),
    else_=sa.bindparam("read_up_to", type_=sa.Integer),
)
# Boards with posts the member has not marked as read all at once, and up to which post they are.
_BOARDS_TO_READ = (
    sa.select(Board.id, _marked.label("read_up_to"))
    .outerjoin(BoardRead, sa.and_(BoardRead.board_id == Board.id, BoardRead.user_id == sa.bindparam("user_id")))
    .where(_READABLE, Board.last_post_id > _marked)
)
_mark = sa.select(TopicRead.post_id).where(TopicRead.topic_id == Topic.id, TopicRead.user_id == sa.bindparam("user_id"))
_NOT_READ = sa.select(Topic.id).where(Topic.last_post_id > sa.func.coalesce(_mark.scalar_subquery(), 0))


def _unread_boards() -> sa.Select[int]:
    b = _BOARDS_TO_READ.subquery("b")
    return sa.select(b.c.id).where(_walk(_NOT_READ, b).limit(1).scalar_subquery().is_not(None))


_UNREAD_BOARDS = _unread_boards()
