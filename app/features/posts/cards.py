"""The posts on a page of a thread. Read most of all, so the statements are made once and the rows stay plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.features.accounts.models import Named, User
from app.features.accounts.viewer import Viewer
from app.features.posts.models import Pick, Post, ShownPost, Writer
from app.features.topics.models import PUBLISHED, Topic
from app.kernel.db import session

PICKS = 10

_post, _author = Post.__table__, User.__table__
_keeper, _editor, _recommender = (_author.alias(name) for name in ("keeper", "editor", "recommender"))
_PUBLISHED = _post.c.state == PUBLISHED


def page_of_posts(viewer: Viewer, topic: Topic, page: int, size: int) -> Sequence[ShownPost]:
    """The posts on one page of a topic the viewer may read: one indexed range, whatever the page."""
    first = (page - 1) * size + 1
    rows = session.execute(
        _ANY_STATE if viewer.moderates(topic.board_id) else _ONLY_PUBLISHED,
        {"topic_id": topic.id, "first": 0 if page == 1 else first, "last": first + size - 1},
    )
    writers: dict[int, Writer] = {}
    shown = []
    for row in rows:
        post, writer, keeper, editor, recommender = (row[part] for part in _PARTS)
        author_id = writer[0]
        if author_id not in writers:
            writers[author_id] = Writer._make(writer)
        people = writers[author_id], _named(keeper), _named(editor), _named(recommender)
        shown.append(ShownPost._make((*post, *people)))
    return shown


def recommended_posts(viewer: Viewer, topic: Topic) -> Sequence[Pick]:
    """Staff picks of a topic the viewer may read, in the order of the topic; at most ten."""
    rows = session.execute(_ANY_PICKS if viewer.moderates(topic.board_id) else _PUBLISHED_PICKS, {"topic_id": topic.id})
    return [Pick._make((*row[:3], Named._make(row[3:6]), _named(row[6:9]))) for row in rows]


def _named(columns: Sequence[Any]) -> Named | None:
    return None if columns[0] is None else Named._make(columns)


def _columns(table: sa.FromClause, names: Sequence[str]) -> list[sa.ColumnElement[Any]]:
    return [table.c[name] for name in names]


def _page(*shown: sa.ColumnElement[bool], order: Sequence[sa.ColumnElement[Any]]) -> sa.Select[Any]:
    post = _post.c
    return (
        sa.select(
            *_columns(_post, ShownPost._fields[:11]),
            post.recommended_at.is_not(None),
            post.recommend_note,
            *_columns(_author, Writer._fields),
            *_columns(_keeper, Named._fields),
            *_columns(_editor, Named._fields),
            *_columns(_recommender, Named._fields),
        )
        .join_from(_post, _author, _author.c.id == post.author_id)
        .outerjoin(_keeper, _keeper.c.id == post.state_by_id)
        .outerjoin(_editor, _editor.c.id == post.edited_by_id)
        .outerjoin(_recommender, _recommender.c.id == post.recommended_by_id)
        .where(
            post.topic_id == sa.bindparam("topic_id"),
            post.position.between(sa.bindparam("first"), sa.bindparam("last")),
            *shown,
        )
        .order_by(*order)
    )


def _picks(*shown: sa.ColumnElement[bool]) -> sa.Select[Any]:
    post = _post.c
    return (
        sa.select(
            *_columns(_post, Pick._fields[:3]),
            *_columns(_author, Named._fields),
            *_columns(_recommender, Named._fields),
        )
        .join_from(_post, _author, _author.c.id == post.author_id)
        .outerjoin(_recommender, _recommender.c.id == post.recommended_by_id)
        .where(post.topic_id == sa.bindparam("topic_id"), post.recommended_at.is_not(None), *shown)
        .order_by(post.position)
        .limit(PICKS)
    )


_PARTS = slice(0, 13), slice(13, 20), slice(20, 23), slice(23, 26), slice(26, 29)
# Only what is hidden shares the position of another post.
_ANY_STATE = _page(order=(_post.c.position, _post.c.created_at, _post.c.id))
_ONLY_PUBLISHED = _page(_PUBLISHED, order=(_post.c.position,))
_ANY_PICKS, _PUBLISHED_PICKS = _picks(), _picks(_PUBLISHED)
