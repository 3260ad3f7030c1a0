"""Who keeps order: in one board, or everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.admin import queries
from app.admin.access import admin_blueprint
from app.admin.forms import GroupModeratorForm, NamedModeratorForm
from app.admin.queries import Keeper
from app.features.accounts import granting
from app.features.accounts import queries as accounts
from app.features.accounts.models import GUESTS, MEMBERS
from app.features.accounts.names import fold
from app.features.accounts.sign_in import current_viewer
from app.features.boards.queries import BoardFacts, get_board, tree
from app.features.moderation.log import record
from app.kernel.db import transaction
from app.kernel.errors import Invalid
from app.kernel.flash import flash
from app.kernel.words import gettext as _

bp = admin_blueprint("moderators", __name__)


@dataclass(frozen=True)
class ModeratorsPage:
    """Who keeps order in `board`, or everywhere when it is None; `elsewhere` then lists single boards."""

    board: BoardFacts | None
    keepers: Sequence[Keeper]
    everywhere: Sequence[Keeper]
    elsewhere: Sequence[tuple[BoardFacts, Sequence[Keeper]]]
    by_name: NamedModeratorForm
    by_group: GroupModeratorForm
    base: str


@bp.get("/moderators/", defaults={"board_id": None})
@bp.get("/boards/<id:board_id>/moderators")
def show(board_id: int | None) -> ResponseReturnValue:
    return _show(_find_board(board_id))


@bp.post("/moderators/member", defaults={"board_id": None})
@bp.post("/boards/<id:board_id>/moderators/member")
def add_member(board_id: int | None) -> ResponseReturnValue:
    viewer, form = current_viewer(), NamedModeratorForm(request.form)
    board = _find_board(board_id)

    if not form.validate():
        return _show(board, by_name=form, status=422)
    typed = form.name.data or ""
    user = accounts.find_by_name(fold(typed))
    if user is None:
        form.refuse(_("There is no member with this name."), "name")
        return _show(board, by_name=form, status=422)
    try:
        with transaction():
            granting.make_member_moderator(viewer, user.id, board_id)
            record(viewer, "add_moderator", board_id=board_id, subject_id=user.id)
    except Invalid as error:
        form.refuse(error.reason, error.field)
        return _show(board, by_name=form, status=422)
    flash(_("%(name)s now keeps order %(where)s.", name=user.name, where=_where(board)))
    return redirect(_base(board), 303)


@bp.post("/moderators/group", defaults={"board_id": None})
@bp.post("/boards/<id:board_id>/moderators/group")
def add_group(board_id: int | None) -> ResponseReturnValue:
    viewer, form = current_viewer(), GroupModeratorForm(request.form)
    board = _find_board(board_id)
    _offer_groups(form)

    if not form.validate():
        return _show(board, by_group=form, status=422)
    group = accounts.groups()[form.group_id.data]
    try:
        with transaction():
            granting.make_group_moderator(viewer, group.id, board_id)
            record(viewer, "add_moderator", board_id=board_id, details={"group": group.name})
    except Invalid as error:
        form.refuse(error.reason, error.field)
        return _show(board, by_group=form, status=422)
    flash(_("The group %(name)s now keeps order %(where)s.", name=group.name, where=_where(board)))
    return redirect(_base(board), 303)


@bp.post("/moderators/<id:moderator_id>/end")
def end(moderator_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    with transaction():
        row = granting.end_moderator(viewer, moderator_id)
        group = accounts.groups().get(row.group_id or 0)
        details = {"group": group.name} if group else {}
        record(viewer, "end_moderator", board_id=row.board_id, subject_id=row.user_id, details=details)
    flash(_("They no longer keep order there."))
    return redirect(_base(tree().by_id.get(row.board_id or 0)), 303)


def _find_board(board_id: int | None) -> BoardFacts | None:
    return None if board_id is None else get_board(board_id, current_viewer())


def _where(board: BoardFacts | None) -> str:
    return _("in “%(board)s”", board=board.name) if board else _("everywhere")


def _base(board: BoardFacts | None) -> str:
    return f"/admin/boards/{board.id}/moderators" if board else "/admin/moderators/"


def _offer_groups(form: GroupModeratorForm) -> GroupModeratorForm:
    named = [group for group in accounts.groups().values() if group.id not in {GUESTS, MEMBERS}]
    form.group_id.choices = [(group.id, group.name) for group in named]
    return form


def _show(
    board: BoardFacts | None,
    *,
    by_name: NamedModeratorForm | None = None,
    by_group: GroupModeratorForm | None = None,
    status: int = 200,
) -> Response:
    found = queries.keepers()
    everywhere = [keeper for keeper in found if keeper.board_id is None]
    mine = [keeper for keeper in found if board and keeper.board_id == board.id]
    elsewhere = [(b, [k for k in found if k.board_id == b.id]) for b in tree().all]
    page = ModeratorsPage(
        board=board,
        keepers=mine if board else everywhere,
        everywhere=everywhere,
        elsewhere=[] if board else [pair for pair in elsewhere if pair[1]],
        by_name=by_name or NamedModeratorForm(),
        by_group=_offer_groups(by_group or GroupModeratorForm()),
        base=_base(board).rstrip("/"),
    )
    return make_response(render_template("admin/moderators.html", page=page), status)
