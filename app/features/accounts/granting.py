"""Groups and who is in them, what they were granted, and who keeps order where.

Every change here raises the site's version first. That makes it act on the next request of everyone, and lets
administrators change such things only one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from app.features.accounts import queries
from app.features.accounts.models import GUESTS, MEMBERS, Grant, Group, Membership, Moderator, Right, User
from app.features.accounts.policy import may_administer
from app.features.accounts.viewer import NOTHING, Viewer
from app.features.site.actions import raise_version
from app.kernel.db import lock, session
from app.kernel.errors import Invalid, NotFound
from app.kernel.verdict import require
from app.kernel.words import lazy_gettext as _

WRITING = Right.START | Right.REPLY | Right.ATTACH


def with_implied(rights: Right) -> Right:
    """The same rights with those they are worth nothing without: writing needs reading, reading needs seeing."""
    if rights & WRITING:
        rights |= Right.READ
    if rights & Right.READ:
        rights |= Right.SEE
    return rights


def begin_change(viewer: Viewer) -> None:
    """Let an administrator change boards, groups or rights, alone until the transaction ends."""
    require(may_administer(viewer))
    raise_version()


def grant(viewer: Viewer, board_id: int, rights_by_group: Mapping[int, Right]) -> None:
    """Set what these groups may do in a board; other groups keep what they have. Guests are only ever let read."""
    begin_change(viewer)
    known = queries.groups().keys()
    for group_id, rights in rights_by_group.items():
        session.execute(sa.delete(Grant).where(Grant.board_id == board_id, Grant.group_id == group_id))
        kept = rights & (Right.SEE | Right.READ) if group_id == GUESTS else rights
        if kept and group_id in known:
            session.add(Grant(board_id=board_id, group_id=group_id, rights=int(with_implied(kept))))
    session.flush()


def rights_in(board_id: int) -> dict[int, Right]:
    """What every group was granted in one board."""
    return {group_id: rights.get(board_id, NOTHING) for group_id, rights in queries.grants().items()}


def add_group(viewer: Viewer, *, name: str, title: str, is_team: bool, is_admin: bool) -> Group:
    begin_change(viewer)
    _require_free_name(name, None)
    last = session.scalar(sa.select(sa.func.max(Group.position))) or 0
    made = Group(name=name, title=title, is_team=is_team or is_admin, is_admin=is_admin, position=last + 1)
    session.add(made)
    session.flush()
    return made


def edit_group(viewer: Viewer, group_id: int, *, name: str, title: str, is_team: bool, is_admin: bool) -> Group:
    """Rename a group or change what it stands for. Built-in groups keep whether they administer."""
    begin_change(viewer)
    group = _get_group(group_id)
    _require_free_name(name, group_id)
    group.name, group.title = name, title
    if not group.is_built_in:
        group.is_admin = is_admin
    if group_id not in {GUESTS, MEMBERS}:
        group.is_team = is_team or group.is_admin
    session.flush()
    _require_an_administrator("is_admin")
    return group


def move_group_up(viewer: Viewer, group_id: int) -> None:
    _move_group(viewer, group_id, -1)


def move_group_down(viewer: Viewer, group_id: int) -> None:
    _move_group(viewer, group_id, +1)


def _move_group(viewer: Viewer, group_id: int, step: int) -> None:
    begin_change(viewer)
    group = _get_group(group_id)
    ordered = list(session.scalars(sa.select(Group).order_by(Group.position, Group.id)))
    place = ordered.index(group)
    ordered.insert(max(0, place + step), ordered.pop(place))
    for position, each in enumerate(ordered, start=1):
        each.position = position
    session.flush()


def delete_group(viewer: Viewer, group_id: int) -> int:
    """Remove a group with its rights; whoever had it as primary group falls back to Members. Gives their number."""
    begin_change(viewer)
    group = _get_group(group_id)
    if group.is_built_in:
        raise Invalid(_("This group always exists. You can rename it."))
    mine = sa.select(User.id).where(User.group_id == group_id).order_by(User.id).with_for_update(key_share=True)
    moved = len(session.scalars(mine).all())
    back = sa.update(User).where(User.group_id == group_id).values(group_id=MEMBERS)
    session.execute(back.execution_options(synchronize_session="fetch"))
    session.execute(sa.delete(Group).where(Group.id == group_id))
    _require_an_administrator()
    return moved


def set_groups(viewer: Viewer, user_id: int, group_id: int, other_ids: Collection[int]) -> User:
    """Put a member into a primary group and any others. The last administrator stays one."""
    begin_change(viewer)
    user = lock(User, user_id)
    if user is None:
        raise NotFound
    known = queries.groups().keys() - {GUESTS}
    if group_id not in known:
        raise Invalid(_("There is no such group any more. Please choose another one."), "group_id")

    user.group_id = group_id
    session.execute(sa.delete(Membership).where(Membership.user_id == user_id))
    session.add_all(Membership(user_id=user_id, group_id=i) for i in sorted(known & set(other_ids) - {group_id}))
    session.flush()
    _require_an_administrator("group_id")
    return user


def make_member_moderator(viewer: Viewer, user_id: int, board_id: int | None) -> Moderator:
    """Let a member keep order in a board, or everywhere when there is none."""
    return _make_moderator(viewer, Moderator(user_id=user_id, board_id=board_id))


def make_group_moderator(viewer: Viewer, group_id: int, board_id: int | None) -> Moderator:
    """Let a group keep order in a board, or everywhere when there is none."""
    if group_id in {GUESTS, MEMBERS} or group_id not in queries.groups():
        raise Invalid(_("Choose a group that not everyone is in."), "group_id")
    return _make_moderator(viewer, Moderator(group_id=group_id, board_id=board_id))


def _make_moderator(viewer: Viewer, row: Moderator) -> Moderator:
    begin_change(viewer)
    # An empty board_id is never equal to another one, so the unique constraint does not hold everywhere.
    twin = sa.select(Moderator.id).where(
        Moderator.user_id.is_not_distinct_from(row.user_id),
        Moderator.group_id.is_not_distinct_from(row.group_id),
        Moderator.board_id.is_not_distinct_from(row.board_id),
    )
    if session.scalar(twin) is not None:
        raise Invalid(_("They keep order here already."), "name" if row.user_id else "group_id")
    session.add(row)
    session.flush()
    return row


def end_moderator(viewer: Viewer, moderator_id: int) -> Moderator:
    """Take away a moderator's post, whether of a member or of a group."""
    begin_change(viewer)
    row = session.get(Moderator, moderator_id)
    if row is None:
        raise NotFound
    session.delete(row)
    session.flush()
    return row


def _get_group(group_id: int) -> Group:
    found = session.get(Group, group_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _require_free_name(name: str, group_id: int | None) -> None:
    taken = {g.name.casefold() for g in queries.groups().values() if g.id != group_id}
    if name.casefold() in taken:
        raise Invalid(_("Another group has this name."), "name")


def _require_an_administrator(field: str = "") -> None:
    """Raises Invalid if nobody could administer the site any more."""
    admins = sa.select(Group.id).where(Group.is_admin)
    also = sa.select(Membership.user_id).where(Membership.group_id.in_(admins))
    anyone = sa.select(User.id).where(sa.or_(User.group_id.in_(admins), User.id.in_(also))).limit(1)
    if session.scalar(anyone) is None:
        raise Invalid(_("This would leave the site without an administrator, so nothing was changed."), field)
