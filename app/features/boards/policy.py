"""Which boards exist for whom."""

from __future__ import annotations

from sqlalchemy.sql.elements import ColumnElement

from app.features.accounts.models import Right
from app.features.accounts.viewer import Viewer
from app.features.boards.models import Board
from app.kernel.verdict import ALLOW, Verdict, deny
from app.kernel.words import lazy_gettext as _


def may_see_board(viewer: Viewer, board_id: int) -> Verdict:
    """Whether the viewer may know that the board exists."""
    return ALLOW if viewer.may(Right.SEE, board_id) else deny(_("There is no such board."))


def may_read_board(viewer: Viewer, board_id: int) -> Verdict:
    """Whether the viewer may read the board's topics."""
    if viewer.may(Right.READ, board_id):
        return ALLOW
    if viewer.is_guest:
        return deny(_("Sign in to read the topics of this board."))
    return deny(_("Your groups may not read the topics of this board."))


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Boards whose topics the viewer may read; the list form of `may_read_board`."""
    return Board.id.in_(viewer.board_ids(Right.READ))


def may_follow_board(viewer: Viewer, board_id: int) -> Verdict:
    if viewer.is_guest:
        return deny(_("Sign in to follow this."))
    return may_read_board(viewer, board_id)
