"""What only the administration asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.features.accounts.models import Group, Membership, Moderator, User
from app.features.accounts.names import fold
from app.features.accounts.queries import count_members
from app.features.boards.models import Board
from app.kernel.db import MAX_ID, session

MEMBERS_PER_PAGE = 50


@dataclass(frozen=True)
class Counts:
    members: int
    boards: int
    topics: int
    posts: int


@dataclass(frozen=True)
class Keeper:
    """A member or a group that keeps order in one board, or everywhere."""

    id: int
    board_id: int | None
    user: User | None
    group_id: int | None


@dataclass(frozen=True)
class MemberRow:
    user: User
    other_group_ids: Sequence[int]


def counts() -> Counts:
    boards, topics, posts = session.execute(
        sa.select(
            sa.func.count(Board.id).filter(~Board.is_category),
            sa.func.coalesce(sa.func.sum(Board.topic_count), 0),
            sa.func.coalesce(sa.func.sum(Board.post_count), 0),
        )
    ).one()
    return Counts(members=count_members()[0], boards=boards, topics=topics, posts=posts)


def topic_counts() -> Mapping[int, int]:
    """Published topics by board."""
    return {row.id: row.topic_count for row in session.execute(sa.select(Board.id, Board.topic_count))}


def keepers() -> Sequence[Keeper]:
    """Everyone who keeps order somewhere, in the order they were named."""
    rows = session.execute(
        sa.select(Moderator, User).outerjoin(User, User.id == Moderator.user_id).order_by(Moderator.id)
    )
    return [Keeper(row.id, row.board_id, user, row.group_id) for row, user in rows]


def member_counts() -> Mapping[int, int]:
    """How many members are in each group, primary or not."""
    primary = sa.select(User.group_id, User.id.label("user_id"))
    other = sa.select(Membership.group_id, Membership.user_id)
    both = sa.union(primary, other).subquery()
    rows = session.execute(sa.select(both.c.group_id, sa.func.count().label("members")).group_by(both.c.group_id))
    return {row.group_id: row.members for row in rows}


def find_members(wanted: str, *, before: int | None) -> tuple[Sequence[MemberRow], int | None]:
    """Members with these letters in their name or e-mail address, newest first, and where the next page begins."""
    query = sa.select(User).where(User.id < (before or MAX_ID)).order_by(User.id.desc()).limit(MEMBERS_PER_PAGE + 1)
    if wanted:
        alike = [User.name.icontains(wanted, autoescape=True), User.email.icontains(wanted, autoescape=True)]
        if key := fold(wanted):
            alike.append(User.name_key.contains(key, autoescape=True))
        query = query.where(sa.or_(*alike))
    found = session.scalars(query).all()
    shown = found[:MEMBERS_PER_PAGE]
    others = other_groups([user.id for user in shown])
    rows = [MemberRow(user, others.get(user.id, [])) for user in shown]
    return rows, shown[-1].id if len(found) > MEMBERS_PER_PAGE else None


def other_groups(user_ids: Sequence[int]) -> Mapping[int, list[int]]:
    """The groups members are in besides the primary one."""
    found: dict[int, list[int]] = {}
    query = (
        sa.select(Membership.user_id, Membership.group_id)
        .join(Group, Group.id == Membership.group_id)
        .where(Membership.user_id.in_(user_ids))
        .order_by(Group.position, Group.id)
    )
    for user_id, group_id in session.execute(query):
        found.setdefault(user_id, []).append(group_id)
    return found
