"""Following and no longer following. Counters change under the lock of what is followed, together with the follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.preferences import FREQUENCIES, from_mapping
from app.features.accounts.viewer import Viewer
from app.features.boards.models import Board
from app.features.boards.queries import BoardFacts
from app.features.follows import policy
from app.features.follows.models import Follow
from app.features.topics.models import Topic
from app.kernel.clock import now
from app.kernel.db import insert_missing, lock, lock_all, session
from app.kernel.errors import Invalid, NotFound
from app.kernel.verdict import require
from app.kernel.words import lazy_gettext as _

# What can be followed, in the order of locks.
_COUNTED: Mapping[str, type[Topic | Board | User]] = {
    "topic_id": Topic,
    "board_id": Board,
    "member_id": User,
}

_TAGS: Mapping[str, str] = {"topic_id": "topic", "board_id": "board", "member_id": "user"}


def follow_topic(viewer: Viewer, topic: Topic, *, frequency: str, is_anonymous: bool) -> None:
    """Follow a topic, or follow it otherwise than before. Raises Invalid for an unknown frequency."""
    require(policy.may_follow_topic(viewer, topic))
    locked = lock(Topic, topic.id)
    if locked is None:
        raise NotFound
    require(policy.may_follow_topic(viewer, locked))
    _keep(viewer.member_id, "topic_id", topic.id, frequency, is_anonymous=is_anonymous)


def follow_board(viewer: Viewer, board: BoardFacts, *, frequency: str, is_anonymous: bool) -> None:
    require(policy.may_follow_board(viewer, board))
    if lock(Board, board.id) is None:
        raise NotFound
    _keep(viewer.member_id, "board_id", board.id, frequency, is_anonymous=is_anonymous)


def follow_member(viewer: Viewer, member_id: int, *, frequency: str, is_anonymous: bool) -> None:
    require(policy.may_follow_member(viewer, member_id))
    if member_id not in lock_all(User, {viewer.member_id, member_id}):
        raise NotFound
    _keep(viewer.member_id, "member_id", member_id, frequency, is_anonymous=is_anonymous)


def follow_own_topic(user_id: int, topic_id: int, *, is_first: bool) -> None:
    """Follow the topic a member has just posted in, if that is their wish; an earlier follow stays as it is."""
    stored = session.scalar(sa.select(User.preferences).where(User.id == user_id))
    wishes = from_mapping(stored or {})
    if not (wishes.follow_started if is_first else wishes.follow_replied):
        return
    if lock(Topic, topic_id) is not None:
        _add(user_id, "topic_id", topic_id, wishes.follow_frequency, is_anonymous=wishes.follow_anonymously)


def unfollow(viewer: Viewer, follow_ids: Collection[int]) -> int:
    """End those of the follows that are the viewer's own, whatever they may still read; says how many."""
    require(policy.may_manage_follows(viewer))
    mine = sa.and_(Follow.user_id == viewer.id, Follow.id.in_(follow_ids))
    found = session.scalars(sa.select(Follow).where(mine)).all()
    for column, model in _COUNTED.items():
        lock_all(model, {getattr(follow, column) for follow in found} - {None})

    ended = session.execute(
        sa.delete(Follow).where(mine).returning(Follow.topic_id, Follow.board_id, Follow.member_id)
    ).all()
    for row in ended:
        for column in _COUNTED:
            if getattr(row, column) is not None:
                _count(column, getattr(row, column), -1)
    return len(ended)


def change_frequency(viewer: Viewer, follow_ids: Collection[int], frequency: str) -> None:
    """Hear of several things at another pace; touches only the viewer's own follows."""
    require(policy.may_manage_follows(viewer))
    _check(frequency)
    session.execute(
        sa.update(Follow).where(Follow.user_id == viewer.id, Follow.id.in_(follow_ids)).values(frequency=frequency)
    )


def _keep(user_id: int, column: str, target_id: int, frequency: str, *, is_anonymous: bool) -> None:
    _check(frequency)
    if _add(user_id, column, target_id, frequency, is_anonymous=is_anonymous):
        return
    about: Any = getattr(Follow, column)
    session.execute(
        sa.update(Follow)
        .where(Follow.user_id == user_id, about == target_id)
        .values(frequency=frequency, is_anonymous=is_anonymous)
    )


def _add(user_id: int, column: str, target_id: int, frequency: str, *, is_anonymous: bool) -> bool:
    row = {
        "user_id": user_id,
        column: target_id,
        "frequency": frequency,
        "is_anonymous": is_anonymous,
        "created_at": now(),
    }
    added = session.scalar(insert_missing(Follow, [row]).returning(Follow.id))
    if added is None:
        return False
    _count(column, target_id, 1)
    return True


def _count(column: str, target_id: int, change: int) -> None:
    model = _COUNTED[column]
    session.execute(
        sa.update(model)
        .where(model.id == target_id)
        .values(follower_count=model.follower_count + change)
        .execution_options(changes=(f"{_TAGS[column]}:{target_id}",))
    )


def _check(frequency: str) -> None:
    if frequency not in FREQUENCIES:
        raise Invalid(_("Choose how often you want to hear of it."), "frequency")
