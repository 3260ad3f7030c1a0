"""Reading follows: a viewer's own, and who follows something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.boards import policy as board_policy
from app.features.boards.queries import tree
from app.features.follows.models import Follow
from app.features.topics import policy as topic_policy
from app.features.topics.models import Topic
from app.kernel.db import session
from app.kernel.verdict import Verdict


class Wish(NamedTuple):
    """How whoever follows something wants to hear of it."""

    frequency: str
    is_anonymous: bool


@dataclass(frozen=True)
class FollowTarget:
    """What a follow button is about. `kind` is topic, board or member, `url` the address it hangs under."""

    kind: str
    url: str
    follow: Wish | None
    count: int
    may_follow: Verdict


@dataclass(frozen=True)
class Followed:
    """One thing a member follows; without a name when they may no longer know it."""

    follow: Follow
    kind: str
    id: int
    name: str
    slug: str


@dataclass(frozen=True)
class Followers:
    """A page of those who let others see that they follow, and how many more there are who do not."""

    members: Sequence[User]
    anonymous_count: int
    next: int | None


_follow = Follow.__table__.c
_WISHES = {
    target.name: sa.select(_follow.frequency, _follow.is_anonymous).where(
        _follow.user_id == sa.bindparam("user_id"), target == sa.bindparam("target")
    )
    for target in (_follow.topic_id, _follow.board_id, _follow.member_id)
}


def find_follow(
    viewer: Viewer, *, topic_id: int | None = None, board_id: int | None = None, member_id: int | None = None
) -> Follow | None:
    """The viewer's follow of one thing; give exactly one id."""
    if viewer.is_guest:
        return None
    return session.scalar(sa.select(Follow).where(Follow.user_id == viewer.id, _about(topic_id, board_id, member_id)))


def find_wish(viewer: Viewer, **target: int) -> Wish | None:
    """What the viewer, if following the thing, wants to hear of it; give one of `topic_id`, `board_id`, `member_id`."""
    if viewer.is_guest:
        return None
    [(name, row_id)] = target.items()
    row = session.execute(_WISHES[name], {"user_id": viewer.id, "target": row_id}).first()
    return None if row is None else Wish._make(row)


def page_of_followers(
    *,
    topic_id: int | None = None,
    board_id: int | None = None,
    member_id: int | None = None,
    after: int = 0,
    limit: int,
) -> Followers:
    """Who follows one thing, by member id beyond `after`; that the viewer may read it is the caller's to check."""
    about = _about(topic_id, board_id, member_id)
    rows = session.execute(
        sa.select(Follow.user_id, User)
        .join(User, User.id == Follow.user_id)
        .where(about, ~Follow.is_anonymous, Follow.user_id > after)
        .options(load_only(User.id, User.name, User.slug, User.group_id))
        .order_by(Follow.user_id)
        .limit(limit + 1)
    ).all()
    anonymous = session.scalar(sa.select(sa.func.count()).select_from(Follow).where(about, Follow.is_anonymous))
    return Followers(
        members=[row[1] for row in rows[:limit]],
        anonymous_count=anonymous or 0,
        next=rows[limit - 1][0] if len(rows) > limit else None,
    )


def page_of_follows(viewer: Viewer, *, before: int | None = None, limit: int) -> Sequence[Followed]:
    """What the viewer follows, newest first, older than the follow id `before`."""
    query = (
        sa.select(Follow, Topic, User)
        .outerjoin(Topic, sa.and_(Topic.id == Follow.topic_id, topic_policy.visible_to(viewer)))
        .outerjoin(User, User.id == Follow.member_id)
        .where(Follow.user_id == viewer.id)
        .options(load_only(Topic.id, Topic.title, Topic.slug), load_only(User.id, User.name, User.slug))
        .order_by(Follow.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Follow.id < before)
    return [_followed(viewer, follow, topic, member) for follow, topic, member in session.execute(query)]


def _about(topic_id: int | None, board_id: int | None, member_id: int | None) -> sa.ColumnElement[bool]:
    if topic_id is not None:
        return Follow.topic_id == topic_id
    if board_id is not None:
        return Follow.board_id == board_id
    return Follow.member_id == member_id


def _followed(viewer: Viewer, follow: Follow, topic: Topic | None, member: User | None) -> Followed:
    if follow.topic_id is not None:
        named = (topic.title, topic.slug) if topic else ("", "")
        return Followed(follow, "topic", follow.topic_id, *named)
    if follow.board_id is not None:
        board = tree().by_id.get(follow.board_id)
        is_known = board is not None and board_policy.may_read_board(viewer, board.id)
        named = (board.name, board.slug) if board is not None and is_known else ("", "")
        return Followed(follow, "board", follow.board_id, *named)
    assert follow.member_id is not None
    named = (member.name, member.slug) if member else ("", "")
    return Followed(follow, "member", follow.member_id, *named)
