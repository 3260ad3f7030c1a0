"""Groups, who is in them, and who keeps order."""

import pytest
import sqlalchemy as sa

from app.features.accounts import granting, queries
from app.features.accounts.models import ADMINISTRATORS, GUESTS, MEMBERS, MODERATORS, Grant, Membership, Moderator, User
from app.kernel.db import transaction
from app.kernel.errors import Forbidden, Invalid, NotFound
from tests import make


def add_group(name="Rowing club", *, is_team=False, is_admin=False):
    admin = make.admin()
    with transaction():
        return granting.add_group(admin, name=name, title="", is_team=is_team, is_admin=is_admin)


@pytest.mark.parametrize("who", [make.viewer, make.moderator, make.guest])
def test_nobody_but_administrators_changes_groups_or_rights(db, who):
    viewer, user, board = who(), make.user(), make.board()
    fields = {"name": "Mine", "title": "", "is_team": True, "is_admin": True}
    acts = (
        lambda: granting.add_group(viewer, **fields),
        lambda: granting.edit_group(viewer, MEMBERS, **fields),
        lambda: granting.move_group_up(viewer, MEMBERS),
        lambda: granting.move_group_down(viewer, MEMBERS),
        lambda: granting.delete_group(viewer, MODERATORS),
        lambda: granting.set_groups(viewer, user.id, ADMINISTRATORS, []),
        lambda: granting.grant(viewer, board.id, {MEMBERS: make.WRITER}),
        lambda: granting.make_member_moderator(viewer, user.id, board.id),
        lambda: granting.make_group_moderator(viewer, MODERATORS, board.id),
        lambda: granting.end_moderator(viewer, 1),
    )

    for act in acts:
        with pytest.raises(Forbidden), transaction():
            act()


def test_a_new_group_comes_last_and_its_name_is_its_own(db):
    group, admin = add_group(), make.admin()

    with pytest.raises(Invalid) as refusal, transaction():
        granting.add_group(admin, name="rowing CLUB", title="", is_team=False, is_admin=False)

    assert list(queries.groups())[-1] == group.id
    assert refusal.value.field == "name"


def test_built_in_groups_can_be_renamed_but_not_made_something_else(db):
    admin = make.admin()

    with transaction():
        granting.edit_group(admin, MEMBERS, name="Neighbours", title="Neighbour", is_team=True, is_admin=True)
        granting.edit_group(admin, ADMINISTRATORS, name="Administrators", title="", is_team=False, is_admin=False)

    members, admins = queries.groups()[MEMBERS], queries.groups()[ADMINISTRATORS]
    assert (members.name, members.is_admin, members.is_team) == ("Neighbours", False, False)
    assert admins.is_admin
    assert admins.is_team


def test_groups_change_places(db):
    admin = make.admin()

    with transaction():
        granting.move_group_up(admin, ADMINISTRATORS)
        granting.move_group_up(admin, GUESTS)
        granting.move_group_down(admin, GUESTS)

    assert list(queries.groups()) == [MEMBERS, GUESTS, ADMINISTRATORS, MODERATORS]


def test_members_of_a_deleted_group_fall_back_to_members(db):
    admin, group, board = make.admin(), add_group(), make.board()
    first, second = make.user(group_id=group.id), make.user()
    with transaction():
        granting.grant(admin, board.id, {group.id: make.WRITER})
        granting.set_groups(admin, second.id, MEMBERS, [group.id])
        granting.make_group_moderator(admin, group.id, board.id)

    with transaction():
        moved = granting.delete_group(admin, group.id)

    db.expire_all()
    assert moved == 1
    assert db.get(User, first.id).group_id == MEMBERS
    for model in (Grant, Membership, Moderator):
        assert not db.scalars(sa.select(model).where(model.group_id == group.id)).all()


@pytest.mark.parametrize("group_id", [GUESTS, MEMBERS, MODERATORS, ADMINISTRATORS])
def test_built_in_groups_stay(db, group_id):
    admin = make.admin()

    with pytest.raises(Invalid), transaction():
        granting.delete_group(admin, group_id)


def test_members_change_groups_and_with_them_their_rights(db):
    admin, user, board = make.admin(), make.user(), make.private_board()
    assert board.id not in make.viewer(user).rights

    with transaction():
        granting.set_groups(admin, user.id, MEMBERS, [MODERATORS, MEMBERS, GUESTS, 999])

    viewer = make.viewer(user)
    assert viewer.group_ids == {MEMBERS, MODERATORS}
    assert viewer.moderates(board.id)


def test_nobody_is_put_among_the_guests(db):
    admin, user = make.admin(), make.user()

    for group_id in (GUESTS, 999):
        with pytest.raises(Invalid) as refusal, transaction():
            granting.set_groups(admin, user.id, group_id, [])

    assert refusal.value.field == "group_id"
    with pytest.raises(NotFound), transaction():
        granting.set_groups(admin, 999_999, MEMBERS, [])


def test_the_last_administrator_cannot_be_demoted_but_one_of_two_can(db):
    first = make.admin()
    with pytest.raises(Invalid) as refusal, transaction():
        granting.set_groups(first, first.id, MEMBERS, [])
    second = make.admin()

    with transaction():
        granting.set_groups(first, first.id, MEMBERS, [])

    assert refusal.value.field == "group_id"
    assert not make.viewer(db.get(User, first.id)).is_admin
    assert make.viewer(db.get(User, second.id)).is_admin


def test_being_an_administrator_by_a_further_group_counts(db):
    admin = make.admin()

    with transaction():
        granting.set_groups(admin, admin.id, MEMBERS, [ADMINISTRATORS])

    assert make.viewer(db.get(User, admin.id)).is_admin


def test_the_last_group_with_an_administrator_stays_one(db):
    admin = make.admin()
    with transaction():
        owners = granting.add_group(admin, name="Owners", title="", is_team=False, is_admin=True)
        granting.set_groups(admin, admin.id, owners.id, [])

    with pytest.raises(Invalid), transaction():
        granting.edit_group(admin, owners.id, name="Owners", title="", is_team=False, is_admin=False)
    with pytest.raises(Invalid), transaction():
        granting.delete_group(admin, owners.id)

    assert owners.is_team
    assert make.viewer(db.get(User, admin.id)).is_admin


def test_moderators_are_named_and_let_go_by_board_and_everywhere(db):
    admin, user, here, there = make.admin(), make.user(), make.board(), make.board()

    with transaction():
        row = granting.make_member_moderator(admin, user.id, here.id)
    in_one = make.viewer(user)
    with transaction():
        granting.make_member_moderator(admin, user.id, None)
        granting.end_moderator(admin, row.id)
    everywhere = make.viewer(user)

    assert in_one.moderates(here.id)
    assert not in_one.moderates(there.id)
    assert everywhere.moderates(there.id)


def test_nobody_is_named_twice_and_no_group_that_everyone_is_in(db):
    admin, user, board = make.admin(), make.user(), make.board()
    with transaction():
        granting.make_member_moderator(admin, user.id, None)

    with pytest.raises(Invalid) as twice, transaction():
        granting.make_member_moderator(admin, user.id, None)
    for group_id in (GUESTS, MEMBERS):
        with pytest.raises(Invalid) as everyone, transaction():
            granting.make_group_moderator(admin, group_id, board.id)
    with pytest.raises(NotFound), transaction():
        granting.end_moderator(admin, 999_999)

    assert twice.value.field == "name"
    assert everyone.value.field == "group_id"
