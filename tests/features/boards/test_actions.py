"""Making, ordering and removing boards, and the rights that go with their places."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.features.accounts import granting
from app.features.accounts.models import GUESTS, MEMBERS, MODERATORS, Grant, Right
from app.features.boards import actions
from app.features.boards.actions import USUAL_RIGHTS, Draft
from app.features.boards.models import Board
from app.features.boards.queries import misplaced_grants, tree
from app.kernel.db import transaction
from app.kernel.errors import Forbidden, Invalid, NotFound
from tests import make
from tests.make import READER, WRITER


def draft_of(board, **changes):
    facts = make.facts_of(board)
    fields = {name: getattr(facts, name) for name in Draft.__dataclass_fields__}
    return Draft(**(fields | changes))


def rights(board_id, group_id):
    return granting.rights_in(board_id).get(group_id, Right(0))


def test_administrators_add_boards_at_the_end_with_the_rights_given(db):
    admin, category = make.admin(), make.board("Town", is_category=True)
    make.board("First", parent=category)

    with transaction():
        board = actions.add_board(admin, Draft("Town Hall", parent_id=category.id), USUAL_RIGHTS)

    assert [b.name for b in tree().children(category.id)] == ["First", "Town Hall"]
    assert board.slug == "town-hall"
    assert rights(board.id, GUESTS) == READER
    assert rights(board.id, MEMBERS) == WRITER


@pytest.mark.parametrize("who", [make.viewer, make.moderator, make.guest])
def test_nobody_else_changes_boards(db, who):
    board, viewer = make.board(), who()
    acts = (
        lambda: actions.add_board(viewer, Draft("Mine"), USUAL_RIGHTS),
        lambda: actions.edit_board(viewer, board.id, draft_of(board, name="Mine")),
        lambda: actions.move_board_up(viewer, board.id),
        lambda: actions.move_board_down(viewer, board.id),
        lambda: actions.delete_board(viewer, board.id),
        lambda: actions.permit(viewer, board.id, {MEMBERS: WRITER}),
        lambda: actions.copy_rights(viewer, board.id, board.id),
    )

    for act in acts:
        with pytest.raises(Forbidden), transaction():
            act()


def test_the_rights_of_a_new_board_end_where_the_parent_is_closed(db):
    admin, staff = make.admin(), make.private_board()

    with transaction():
        board = actions.add_board(admin, Draft("Notes", parent_id=staff.id), USUAL_RIGHTS)

    assert rights(board.id, MEMBERS) == Right(0)
    assert rights(board.id, MODERATORS) == WRITER


def test_up_and_down_change_places_among_neighbours_only(db):
    admin, top = make.admin(), make.board("Top", is_category=True)
    first, second, third = (make.board(name, parent=top) for name in ("One", "Two", "Three"))
    make.board("Elsewhere")

    with transaction():
        actions.move_board_up(admin, third.id)
        actions.move_board_down(admin, first.id)
        actions.move_board_up(admin, third.id)
        actions.move_board_up(admin, third.id)

    assert [b.id for b in tree().children(top.id)] == [third.id, first.id, second.id]


def test_a_board_moves_to_another_parent_but_not_below_itself(db):
    admin, outer, other = make.admin(), make.board("Outer"), make.board("Other")
    inner = make.board("Inner", parent=outer)

    with transaction():
        actions.edit_board(admin, inner.id, draft_of(inner, parent_id=other.id))
    for parent_id in (other.id, inner.id):
        with pytest.raises(Invalid) as refusal, transaction():
            actions.edit_board(admin, other.id, draft_of(other, parent_id=parent_id))

    assert refusal.value.field == "parent_id"
    assert [b.id for b in tree().children(other.id)] == [inner.id]


def test_a_new_place_takes_rights_from_groups_that_cannot_see_it(db):
    admin, staff, board = make.admin(), make.private_board("Staff"), make.board("Ideas")
    below = make.board("Old ideas", parent=board)

    with transaction():
        lost = actions.edit_board(admin, board.id, draft_of(board, parent_id=staff.id))

    assert {(each.board_id, each.group_id) for each in lost} == {
        (board.id, GUESTS),
        (board.id, MEMBERS),
        (below.id, GUESTS),
        (below.id, MEMBERS),
    }
    assert rights(below.id, MEMBERS) == Right(0)
    assert rights(below.id, MODERATORS) == WRITER


def test_categories_stand_at_the_top_or_in_categories_and_hold_no_topics(db):
    admin, category, board = make.admin(), make.board("Town", is_category=True), make.board()
    with transaction():
        nested = actions.add_board(admin, Draft("Old town", parent_id=category.id, is_category=True), {})
    make.topic(board)

    with pytest.raises(Invalid) as in_board, transaction():
        actions.add_board(admin, Draft("No", parent_id=board.id, is_category=True), {})
    with pytest.raises(Invalid) as with_topics, transaction():
        actions.edit_board(admin, board.id, draft_of(board, is_category=True))
    with pytest.raises(Invalid) as with_categories, transaction():
        actions.edit_board(admin, category.id, draft_of(category, is_category=False))

    assert nested.is_category
    assert in_board.value.field == "parent_id"
    assert with_topics.value.field == with_categories.value.field == "is_category"


def test_only_empty_boards_are_deleted(db):
    admin, empty, full = make.admin(), make.board(), make.board()
    make.topic(full, state="deleted")
    child = make.board(parent=make.board())

    with transaction():
        actions.delete_board(admin, empty.id)
    for board_id in (full.id, child.parent_id):
        with pytest.raises(Invalid), transaction():
            actions.delete_board(admin, board_id)
    with pytest.raises(NotFound), transaction():
        actions.delete_board(admin, empty.id)

    assert set(tree().by_id) == {full.id, child.parent_id, child.id}
    assert not db.scalars(sa.select(Grant).where(Grant.board_id == empty.id)).all()


def test_writing_is_worth_nothing_without_reading_so_that_is_given_too(db):
    admin, board = make.admin(), make.private_board()

    with transaction():
        actions.permit(admin, board.id, {MEMBERS: Right.REPLY, GUESTS: Right.READ})

    assert rights(board.id, MEMBERS) == Right.SEE | Right.READ | Right.REPLY
    assert rights(board.id, GUESTS) == READER


def test_guests_are_never_let_write(db):
    admin, board = make.admin(), make.private_board()

    with transaction():
        actions.permit(admin, board.id, {GUESTS: WRITER})

    assert rights(board.id, GUESTS) == READER


def test_what_a_group_cannot_see_above_it_cannot_be_given_below(db):
    admin, staff = make.admin(), make.private_board()
    board = make.private_board(parent=staff)

    with transaction():
        lost = actions.permit(admin, board.id, {MEMBERS: READER, MODERATORS: READER})

    assert [(each.board_id, each.group_id) for each in lost] == [(board.id, MEMBERS)]
    assert rights(board.id, MEMBERS) == Right(0)
    assert rights(board.id, MODERATORS) == READER


def test_what_is_taken_above_is_lost_below_but_no_more_than_seeing(db):
    admin, outer = make.admin(), make.board("Outer")
    inner = make.board("Inner", parent=outer)
    innermost = make.board("Innermost", parent=inner)

    with transaction():
        kept = actions.permit(admin, outer.id, {MEMBERS: Right.SEE})
        lost = actions.permit(admin, outer.id, {GUESTS: Right(0)})

    assert kept == []
    assert rights(inner.id, MEMBERS) == WRITER
    assert [(each.board_id, each.group_id) for each in lost] == [(inner.id, GUESTS), (innermost.id, GUESTS)]


def test_rights_are_copied_whole(db):
    admin, source, board = make.admin(), make.private_board(), make.board()

    with transaction():
        actions.copy_rights(admin, source.id, board.id)
    with pytest.raises(Invalid), transaction():
        actions.copy_rights(admin, 999_999, board.id)

    assert rights(board.id, GUESTS) == Right(0)
    assert rights(board.id, MEMBERS) == Right(0)
    assert rights(board.id, MODERATORS) == WRITER


STEP = st.one_of(
    st.tuples(st.just("permit"), st.integers(0, 4), st.integers(1, 3), st.integers(0, 31)),
    st.tuples(st.just("place"), st.integers(0, 4), st.integers(-1, 4), st.just(0)),
    st.tuples(st.just("copy"), st.integers(0, 4), st.integers(0, 4), st.just(0)),
    st.tuples(st.just("delete"), st.integers(0, 4), st.just(0), st.just(0)),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=8))
def test_no_order_of_changes_gives_a_board_to_a_group_that_cannot_see_the_one_above(db, steps):
    admin = make.admin()
    boards = [make.board().id for _ in range(5)]

    for kind, which, other, sum_of_rights in steps:
        board = db.get(Board, boards[which])
        if board is None:
            continue
        try:
            with transaction():
                if kind == "permit":
                    actions.permit(admin, board.id, {other: Right(sum_of_rights)})
                elif kind == "place":
                    parent_id = None if other < 0 else boards[other]
                    actions.edit_board(admin, board.id, draft_of(board, parent_id=parent_id))
                elif kind == "copy":
                    actions.copy_rights(admin, boards[other], board.id)
                else:
                    actions.delete_board(admin, board.id)
        except Invalid:
            db.expire_all()

    assert misplaced_grants() == []
    for grant in db.scalars(sa.select(Grant)):
        assert granting.with_implied(Right(grant.rights)) == Right(grant.rights)
