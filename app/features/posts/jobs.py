"""Forgetting what is so old that it counts as read by everyone, so that read marks do not grow without end.

Each batch is a transaction of its own. Safe to run twice at once.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.posts.queries import newest_before
from app.features.site.actions import let_count_as_read
from app.features.site.queries import counts_as_read
from app.features.topics.models import BoardRead, Topic, TopicRead
from app.kernel.clock import now
from app.kernel.db import own_session, session, transaction

# Whoever was away for longer finds what came before then as if they had read it.
UNREAD_KEPT = timedelta(days=90)
MEMBERS_AT_ONCE = 200


def forget_old_reading() -> None:
    """Let old posts count as read, and drop every mark that says no more than what holds for the board or the site."""
    with own_session(), transaction():
        let_count_as_read(newest_before(now() - UNREAD_KEPT))
    after: int | None = 0
    while after is not None:
        with own_session(), transaction():
            after = _drop_idle_marks(after)


def _drop_idle_marks(after: int) -> int | None:
    """Of the next members by id; gives the last of them, None when there are no more."""
    members = sa.select(User.id).where(User.id > after).order_by(User.id).limit(MEMBERS_AT_ONCE)
    last: int | None = session.scalar(sa.select(sa.func.max(members.subquery().c.id)))
    if last is None:
        return None
    for model, is_idle in ((TopicRead, _covered_by_board_or_member()), (BoardRead, _covered_by_member(BoardRead))):
        key = sa.tuple_(*model.__mapper__.primary_key)
        idle = sa.select(*model.__mapper__.primary_key).where(
            model.user_id > after, model.user_id <= last, sa.or_(model.post_id <= counts_as_read(), is_idle)
        )
        session.execute(
            sa.delete(model)
            .where(key.in_(idle.with_for_update(of=model, skip_locked=True)))
            .execution_options(synchronize_session=False)
        )
    return last


def _covered_by_member(model: type[TopicRead | BoardRead]) -> sa.ColumnElement[bool]:
    return model.post_id <= sa.select(User.read_up_to_post_id).where(User.id == model.user_id).scalar_subquery()


def _covered_by_board_or_member() -> sa.ColumnElement[bool]:
    of_board = (
        sa.select(BoardRead.post_id)
        .join(Topic, Topic.board_id == BoardRead.board_id)
        .where(Topic.id == TopicRead.topic_id, BoardRead.user_id == TopicRead.user_id)
    )
    return sa.or_(_covered_by_member(TopicRead), TopicRead.post_id <= of_board.scalar_subquery())
