"""Making, ordering and removing boards, and what groups may do in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from app.features.accounts import granting
from app.features.accounts.models import GUESTS, MEMBERS, MODERATORS, Grant, Right
from app.features.accounts.viewer import Viewer
from app.features.boards.models import Board
from app.features.boards.queries import misplaced_grants, tree
from app.kernel.db import lock, session
from app.kernel.errors import Invalid, NotFound
from app.kernel.slugs import slugify
from app.kernel.words import lazy_gettext as _

READING = Right.SEE | Right.READ
USUAL_RIGHTS = {
    GUESTS: READING,
    MEMBERS: READING | granting.WRITING,
    MODERATORS: READING | granting.WRITING,
}

# The topics' own table stands above this feature; that there are any is enough here.
_TOPICS = sa.table("topics", sa.column("board_id", sa.Integer))


@dataclass(frozen=True)
class Draft:
    """What administrators decide about a board. `edit_minutes` as in `Board`."""

    name: str
    description: str = ""
    icon: str = "messages"
    parent_id: int | None = None
    is_category: bool = False
    has_ratings: bool = True
    counts_posts: bool = True
    edit_minutes: int | None = None


@dataclass(frozen=True)
class Lost:
    """A group that may no longer do anything in a board, because it cannot see the board above."""

    board_id: int
    group_id: int


def add_board(viewer: Viewer, draft: Draft, rights_by_group: Mapping[int, Right]) -> Board:
    """Add a board, last among its neighbours. Groups get these rights as far as they see the board above."""
    granting.begin_change(viewer)
    _check_place(draft)
    last = session.scalar(sa.select(sa.func.max(Board.position)).where(_beside(draft.parent_id))) or 0

    board = Board(position=last + 1)
    _write(board, draft)
    session.add(board)
    session.flush()
    granting.grant(viewer, board.id, rights_by_group)
    withdraw_misplaced_grants()
    return board


def edit_board(viewer: Viewer, board_id: int, draft: Draft) -> list[Lost]:
    """Change a board and where it stands. Tells which groups lost rights by a new place.

    When `counts_posts` changes, posts.actions.whole_board.recount_authors must follow.
    """
    granting.begin_change(viewer)
    board = _lock_board(board_id)
    _check_place(draft, board)

    if draft.parent_id != board.parent_id:
        last = session.scalar(sa.select(sa.func.max(Board.position)).where(_beside(draft.parent_id))) or 0
        board.position = last + 1
    _write(board, draft)
    session.flush()
    return withdraw_misplaced_grants()


def move_board_up(viewer: Viewer, board_id: int) -> None:
    _move_board(viewer, board_id, -1)


def move_board_down(viewer: Viewer, board_id: int) -> None:
    _move_board(viewer, board_id, +1)


def delete_board(viewer: Viewer, board_id: int) -> Board:
    """Remove an empty board for good. Raises Invalid while it holds boards, or topics in whatever state."""
    granting.begin_change(viewer)
    board = _lock_board(board_id)
    if tree().children(board_id):
        raise Invalid(_("Other boards stand below this one. Move or delete them first."))
    if holds_topics(board_id):
        raise Invalid(_("There are topics in this board, hidden and deleted ones included. Move them first."))
    session.delete(board)
    session.flush()
    return board


def permit(viewer: Viewer, board_id: int, rights_by_group: Mapping[int, Right]) -> list[Lost]:
    """Set what these groups may do in a board, and tell which rights could not be given or went with it below."""
    granting.begin_change(viewer)
    _lock_board(board_id)
    granting.grant(viewer, board_id, rights_by_group)
    return withdraw_misplaced_grants()


def copy_rights(viewer: Viewer, from_id: int, board_id: int) -> list[Lost]:
    """Give every group in a board what it has in another one."""
    granting.begin_change(viewer)
    if from_id not in tree().by_id:
        raise Invalid(_("There is no such board any more. Please choose another one."), "from_id")
    everyone = dict.fromkeys(granting.rights_in(board_id), Right(0))
    return permit(viewer, board_id, everyone | granting.rights_in(from_id))


def withdraw_misplaced_grants() -> list[Lost]:
    """Take a board away from groups that cannot see the one above it, from the top down."""
    session.flush()
    found = [Lost(board_id, group_id) for board_id, group_id in misplaced_grants()]
    for lost in found:
        session.execute(sa.delete(Grant).where(Grant.board_id == lost.board_id, Grant.group_id == lost.group_id))
    return found


def holds_topics(board_id: int) -> bool:
    """Whether any topic, in whatever state, stands in the board."""
    return bool(session.scalar(sa.select(sa.exists().where(_TOPICS.c.board_id == board_id))))


def _lock_board(board_id: int) -> Board:
    found = lock(Board, board_id)
    if found is None:
        raise NotFound
    return found


def _beside(parent_id: int | None) -> sa.ColumnElement[bool]:
    return Board.parent_id.is_(None) if parent_id is None else Board.parent_id == parent_id


def _write(board: Board, draft: Draft) -> None:
    board.name, board.slug = draft.name, slugify(draft.name)
    board.description, board.icon = draft.description, draft.icon
    board.parent_id, board.is_category = draft.parent_id, draft.is_category
    board.has_ratings, board.counts_posts = draft.has_ratings, draft.counts_posts
    board.edit_minutes = draft.edit_minutes


def _check_place(draft: Draft, board: Board | None = None) -> None:
    boards = tree()
    below: Collection[int] = boards.below(board.id) if board else ()
    if draft.parent_id is not None and draft.parent_id not in boards.by_id:
        raise Invalid(_("There is no such board any more. Please choose another one."), "parent_id")
    if draft.parent_id in below:
        raise Invalid(_("A board cannot stand below itself."), "parent_id")
    if draft.is_category and draft.parent_id is not None and not boards.by_id[draft.parent_id].is_category:
        raise Invalid(_("A category stands at the top or in another category."), "parent_id")
    if board is None:
        return
    if draft.is_category and holds_topics(board.id):
        raise Invalid(_("A category holds no topics. Move the topics of this board first."), "is_category")
    if not draft.is_category and any(child.is_category for child in boards.children(board.id)):
        raise Invalid(_("There are categories below, so this has to stay a category."), "is_category")


def _move_board(viewer: Viewer, board_id: int, step: int) -> None:
    granting.begin_change(viewer)
    board = session.get(Board, board_id)
    if board is None:
        raise NotFound
    beside = sa.select(Board.id).where(_beside(board.parent_id)).order_by(Board.position, Board.id)
    ordered = list(session.scalars(beside))
    place = ordered.index(board_id)
    ordered.insert(max(0, place + step), ordered.pop(place))
    positions = {each: position for position, each in enumerate(ordered, start=1)}
    for each in sorted(ordered):
        _lock_board(each).position = positions[each]
    session.flush()
