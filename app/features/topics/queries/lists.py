"""The list of a board. Its pages are the same for everyone: numbered are the topics that everyone reads there; links, and
for moderators hidden topics, stand between them where their last posts belong.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from app.features.accounts.models import Right
from app.features.accounts.viewer import Viewer
from app.features.boards.models import Board
from app.features.topics.models import DELETED, HIDDEN, LISTED, PUBLISHED, Topic
from app.features.topics.policy import VISIBLE, visibility
from app.features.topics.queries.one import AUTHOR
from app.features.topics.queries.shelves import start_of
from app.kernel.db import MAX_ID, session
from app.kernel.paging import Paging

PINNED_AT_MOST = 50
# Of each kind on one page: the rest is found through the moderators' log, or where links lead.
BETWEEN_AT_MOST = 100
# In another order than the usual one nobody turns pages to the end of a long list.
SORTED_PAGES = 20


class Sort(enum.StrEnum):
    """Orders of a topic list; each walks an index from its high end."""

    LAST_REPLY = "last-reply"
    START = "start"
    REPLIES = "replies"
    VIEWS = "views"
    RATING = "rating"


_COLUMNS: Mapping[Sort, Any] = {
    Sort.START: Topic.created_at,
    Sort.REPLIES: Topic.post_count,
    Sort.VIEWS: Topic.view_count,
    Sort.RATING: Topic.rating_score,
}


def pinned_topics(board_id: int, viewer: Viewer) -> Sequence[Topic]:
    return session.scalars(_PINNED, {"board_id": board_id, **visibility(viewer)}).all()


def count_listed(board: Board) -> int:
    """How many topics the pages of a board's list number."""
    return board.topic_count - board.pinned_count


def paging_of(board: Board, number: int, size: int, sort: Sort) -> Paging:
    """Where page `number` of a board's list stands; orders other than the usual one end sooner."""
    total = count_listed(board)
    return Paging(number, size, total if sort is Sort.LAST_REPLY else min(total, SORTED_PAGES * size))


def page_of_topics(board_id: int, viewer: Viewer, paging: Paging, sort: Sort) -> Sequence[Topic]:
    """One page of a board's topics that are not pinned, in as much time as any other page."""
    if sort is Sort.LAST_REPLY:
        return _page_by_last_post(board_id, viewer, paging)
    skip = min(paging.number - 1, SORTED_PAGES) * paging.size
    ids = session.scalars(_SORTED[sort], {"board_id": board_id, "skip": skip, "size": paging.size}).all()
    rows = {topic.id: topic for topic in session.scalars(_TOPICS, {"ids": ids})}
    return [rows[topic_id] for topic_id in ids if topic_id in rows]


def _page_by_last_post(board_id: int, viewer: Viewer, paging: Paging) -> Sequence[Topic]:
    """With the last topic of the page before, below which those between begin to be this page's."""
    is_first = paging.number == 1
    start = start_of(board_id, 0 if is_first else (paging.number - 1) * paging.size - 1)
    found = session.execute(
        _BY_LAST_POST,
        {
            "board_id": board_id,
            "below": MAX_ID if start.below is None else start.below,
            "skip": start.skip,
            "size": paging.size + (not is_first),
        },
    ).all()

    numbered = found if is_first else found[1:]
    is_last = paging.number >= paging.last or not found
    rows = session.scalars(
        _WITH_HIDDEN if viewer.moderates(board_id) else _WITH_LINKS,
        {
            "ids": [row.id for row in numbered],
            "board_id": board_id,
            "above": -1 if is_last else found[-1].last_post_id - 1,
            "below": MAX_ID if is_first or not found else found[0].last_post_id,
            "readable": viewer.board_ids(Right.READ),
        },
    )
    return sorted(rows, key=lambda topic: (topic.last_post_id or 0, topic.id), reverse=True)


# Statements are made once: making them takes longer than running them.
_LISTED = sa.and_(Topic.board_id == sa.bindparam("board_id"), sa.text(LISTED))
_PART = {"skip": sa.bindparam("skip", type_=sa.Integer), "size": sa.bindparam("size", type_=sa.Integer)}
_IDS = Topic.id.in_(sa.bindparam("ids", expanding=True))
_TOPICS = sa.select(Topic).where(_IDS).options(AUTHOR)
_PINNED = (
    sa.select(Topic)
    .where(
        Topic.board_id == sa.bindparam("board_id"),
        Topic.pinned_at.is_not(None),
        Topic.state.in_((PUBLISHED, HIDDEN, DELETED)),  # implied by what follows; finds the index of pinned topics
        VISIBLE,
    )
    .options(AUTHOR)
    .order_by(Topic.pinned_at.desc())
    .limit(PINNED_AT_MOST)
)
_SORTED = {
    sort: sa.select(Topic.id)
    .where(_LISTED)
    .order_by(column.desc(), Topic.id.desc())
    .offset(_PART["skip"])
    .limit(_PART["size"])
    for sort, column in _COLUMNS.items()
}
_BY_LAST_POST = (
    sa.select(Topic.id, Topic.last_post_id)
    .where(_LISTED, Topic.last_post_id < sa.bindparam("below"))
    .order_by(Topic.last_post_id.desc())
    .offset(_PART["skip"])
    .limit(_PART["size"])
)


def _with(*kinds: ColumnElement[bool]) -> sa.Select[Topic]:
    """The topics `ids`, and those of these kinds between them."""
    between = [
        sa.select(Topic.id)
        .where(
            Topic.board_id == sa.bindparam("board_id"),
            kind,
            Topic.last_post_id > sa.bindparam("above"),
            Topic.last_post_id < sa.bindparam("below"),
        )
        .order_by(Topic.last_post_id.desc())
        .limit(BETWEEN_AT_MOST)
        .subquery()
        for kind in kinds
    ]
    wanted = sa.union_all(sa.select(Topic.id).where(_IDS), *(sa.select(some.c.id) for some in between))
    return sa.select(Topic).where(Topic.id.in_(wanted)).options(AUTHOR)


_target = sa.orm.aliased(Topic)
_leads_somewhere = sa.exists().where(
    _target.id == Topic.link_to_id,
    _target.state == PUBLISHED,
    _target.board_id.in_(sa.bindparam("readable", expanding=True)),
)
_link = sa.and_(Topic.link_to_id.is_not(None), Topic.state == PUBLISHED, _leads_somewhere)
_hidden, _deleted = (
    sa.and_(Topic.state == state, Topic.pinned_at.is_(None), sa.or_(Topic.link_to_id.is_(None), _leads_somewhere))
    for state in (HIDDEN, DELETED)
)
_WITH_LINKS = _with(_link)
_WITH_HIDDEN = _with(_link, _hidden, _deleted)
