"""Members, groups and what they were granted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from app.features.accounts.models import (
    GUESTS,
    Grant,
    Group,
    Membership,
    Moderator,
    Named,
    Right,
    SignIn,
    User,
)
from app.features.accounts.names import fold, fold_email
from app.features.accounts.preferences import Preferences, from_mapping
from app.features.accounts.viewer import NOTHING, Viewer
from app.features.site.models import SiteVersion
from app.features.site.queries import Versioned, counts_as_read
from app.kernel.cache.changes import Change
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.errors import NotFound

# A browser that was not used for so long has to sign in again, remembered or not.
IDLE = timedelta(days=30)


@dataclass(frozen=True)
class GroupFacts:
    """What pages show of a group."""

    id: int
    name: str
    title: str
    is_admin: bool
    is_team: bool

    @property
    def shown_title(self) -> str:
        return self.title or self.name


class SignedInMember(NamedTuple):
    """What is asked of a member's row at every request."""

    id: int
    name: str
    slug: str
    group_id: int
    preferences: Mapping[str, Any]
    read_up_to_post_id: int
    unread_notification_count: int


class OpenSignIn(NamedTuple):
    """A sign-in that has not ended, as every request asks for it."""

    id: int
    user_id: int
    seen_at: datetime
    confirmed_at: datetime
    user: SignedInMember


# Of a member whose group was made a moment after this request began.
NEW_GROUP = GroupFacts(id=0, name="", title="", is_admin=False, is_team=False)


@dataclass(frozen=True)
class _Order:
    """Who keeps order where; the lists are short."""

    groups_everywhere: frozenset[int]
    users_everywhere: frozenset[int]
    boards_by_group: Mapping[int, frozenset[int]]
    boards_by_user: Mapping[int, frozenset[int]]


def _load_groups() -> Mapping[int, GroupFacts]:
    rows = session.scalars(sa.select(Group).order_by(Group.position, Group.id))
    return {g.id: GroupFacts(g.id, g.name, g.title, g.is_admin, g.is_team) for g in rows}


def _load_grants() -> Mapping[int, Mapping[int, Right]]:
    by_group: dict[int, dict[int, Right]] = {}
    for grant in session.scalars(sa.select(Grant)):
        by_group.setdefault(grant.group_id, {})[grant.board_id] = Right(grant.rights)
    return by_group


def _load_order() -> _Order:
    rows = session.scalars(sa.select(Moderator)).all()
    by_group: dict[int, set[int]] = {}
    by_user: dict[int, set[int]] = {}
    for row in rows:
        if row.board_id is not None and row.group_id is not None:
            by_group.setdefault(row.group_id, set()).add(row.board_id)
        elif row.board_id is not None and row.user_id is not None:
            by_user.setdefault(row.user_id, set()).add(row.board_id)
    everywhere = [row for row in rows if row.board_id is None]
    return _Order(
        groups_everywhere=frozenset(r.group_id for r in everywhere if r.group_id is not None),
        users_everywhere=frozenset(r.user_id for r in everywhere if r.user_id is not None),
        boards_by_group={k: frozenset(v) for k, v in by_group.items()},
        boards_by_user={k: frozenset(v) for k, v in by_user.items()},
    )


_groups = Versioned(_load_groups)
_grants = Versioned(_load_grants)
_order = Versioned(_load_order)
_joined_rights: Versioned[dict[frozenset[int], Mapping[int, Right]]] = Versioned(dict)


def groups() -> Mapping[int, GroupFacts]:
    """Every group by id, in the order administrators gave them."""
    return _groups.get()


def grants() -> Mapping[int, Mapping[int, Right]]:
    """The permission matrix: group, then board, then rights."""
    return _grants.get()


def rights_of(group_ids: Collection[int]) -> Mapping[int, Right]:
    """What these groups may do together, by board. An administrator's bypass is the Viewer's."""
    joined, wanted = _joined_rights.get(), frozenset(group_ids)
    if wanted not in joined:
        joined[wanted] = _join_rights(wanted)
    return joined[wanted]


def _join_rights(group_ids: frozenset[int]) -> Mapping[int, Right]:
    matrix = grants()
    joined: dict[int, Right] = {}
    for group_id in group_ids:
        for board_id, rights in matrix.get(group_id, {}).items():
            joined[board_id] = joined.get(board_id, NOTHING) | rights
    return joined


def guest(preferences: Preferences | None = None) -> Viewer:
    """The viewer of everyone who is not signed in."""
    return Viewer(id=None, rights=rights_of([GUESTS]), preferences=preferences or Preferences())


def viewer_of(
    user: User | SignedInMember, group_ids: Collection[int] | None = None, sign_in: SignIn | OpenSignIn | None = None
) -> Viewer:
    """What this member sees and may do right now; asks for the secondary groups unless they are given."""
    if group_ids is None:
        group_ids = session.scalars(sa.select(Membership.group_id).where(Membership.user_id == user.id)).all()
    mine = frozenset({user.group_id, *group_ids})
    known, order = groups(), _order.get()
    is_admin = any(known[g].is_admin for g in mine if g in known)
    rights = rights_of(mine)
    if is_admin:
        rights = {board_id: rights.get(board_id, NOTHING) for board_id in _board_ids.get()}
    moderated = order.boards_by_user.get(user.id, frozenset()).union(*(order.boards_by_group.get(g, ()) for g in mine))
    return Viewer(
        id=user.id,
        name=user.name,
        slug=user.slug,
        group_ids=mine,
        rights=rights,
        is_admin=is_admin,
        moderates_all=user.id in order.users_everywhere or bool(mine & order.groups_everywhere),
        moderated_board_ids=frozenset(moderated),
        preferences=from_mapping(user.preferences),
        read_up_to_post_id=max(user.read_up_to_post_id, counts_as_read()),
        unread_notification_count=user.unread_notification_count,
        sign_in_id=sign_in.id if sign_in else None,
        confirmed_at=sign_in.confirmed_at if sign_in else None,
    )


# The boards' own table stands above this feature; their ids are enough here.
def _load_board_ids() -> Sequence[int]:
    return session.scalars(sa.select(sa.column("id", sa.Integer)).select_from(sa.table("boards"))).all()


_board_ids = Versioned(_load_board_ids)


@dataclass(frozen=True)
class SignedIn:
    """What a request with a sign-in token begins with: the site's version, the newest change, and who it is if the sign-in
    has not ended.
    """

    version: int
    newest_change: int
    sign_in: OpenSignIn | None
    group_ids: Sequence[int]


def find_signed_in(token_hash: str) -> SignedIn:
    """Everything that is asked before a request is worked on, in one query."""
    at = now()
    rows = session.execute(_SIGNED_IN, {"token_hash": token_hash, "at": at, "idle_since": at - IDLE}).all()
    version, newest_change, *sign_in = rows[0][:6]
    member = SignedInMember._make(rows[0][6:13])
    return SignedIn(
        version=version,
        newest_change=newest_change or 0,
        sign_in=OpenSignIn._make((*sign_in, member)) if sign_in[0] is not None else None,
        group_ids=[row[13] for row in rows if row[13] is not None],
    )


def _signed_in() -> sa.Select[Any]:
    sign_in, user, membership = SignIn.__table__, User.__table__, Membership.__table__
    is_open = sa.and_(
        sign_in.c.token_hash == sa.bindparam("token_hash"),
        sign_in.c.expires_at > sa.bindparam("at"),
        sign_in.c.seen_at > sa.bindparam("idle_since"),
    )
    return (
        sa.select(
            SiteVersion.__table__.c.version,
            sa.select(sa.func.max(Change.__table__.c.id)).scalar_subquery(),
            *(sign_in.c[name] for name in OpenSignIn._fields[:4]),
            *(user.c[name] for name in SignedInMember._fields),
            membership.c.group_id,
        )
        .select_from(SiteVersion.__table__)
        .outerjoin(sign_in, is_open)
        .outerjoin(user, user.c.id == sign_in.c.user_id)
        .outerjoin(membership, membership.c.user_id == user.c.id)
    )


_SIGNED_IN = _signed_in()


def _still_open() -> tuple[ColumnElement[bool], ...]:
    """Sign-ins that have neither reached their end nor been left alone for too long."""
    return SignIn.expires_at > now(), SignIn.seen_at > now() - IDLE


def sign_ins_of(user_id: int) -> Sequence[SignIn]:
    """Where a member is signed in, the most recent first."""
    return session.scalars(
        sa.select(SignIn).where(SignIn.user_id == user_id, *_still_open()).order_by(SignIn.seen_at.desc()).limit(100)
    ).all()


def get_user(user_id: int) -> User:
    """A member's row. Raises NotFound."""
    found = session.get(User, user_id)
    if found is None:
        raise NotFound
    return found


def find_by_email(email_key: str) -> User | None:
    return session.scalar(sa.select(User).where(User.email_key == email_key))


def find_by_name(name_key: str) -> User | None:
    return session.scalar(sa.select(User).where(User.name_key == name_key))


def find_by_login(login: str) -> User | None:
    """The member who signs in like this: an e-mail address has an @ in it and a name never does."""
    return find_by_email(fold_email(login)) if "@" in login else find_by_name(fold(login))


def staff() -> Sequence[User]:
    """Members of the groups that run the place, by name; at most fifty."""
    team = [group.id for group in groups().values() if group.is_team or group.is_admin]
    also = sa.select(Membership.user_id).where(Membership.group_id.in_(team))
    return session.scalars(
        sa.select(User).where(sa.or_(User.group_id.in_(team), User.id.in_(also))).order_by(User.name_key).limit(50)
    ).all()


def names_by_id(user_ids: Collection[int]) -> Mapping[int, Named]:
    """What lists mention members by."""
    if not user_ids:
        return {}
    return {row[0]: Named._make(row) for row in session.execute(_NAMES, {"ids": list(user_ids)})}


_users = User.__table__.c
_NAMES = sa.select(*(_users[name] for name in Named._fields)).where(_users.id.in_(sa.bindparam("ids", expanding=True)))


def count_members() -> tuple[int, User | None]:
    """How many members there are, and the newest of them."""
    newest = sa.select(sa.func.max(User.id)).scalar_subquery()
    row = session.execute(sa.select(SiteVersion.member_count, User).outerjoin(User, User.id == newest)).one()
    return row[0], row[1]
