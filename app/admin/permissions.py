"""The permission matrix of a board: groups down, rights across, saved whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.admin.access import admin_blueprint
from app.admin.boards import indented
from app.admin.forms import CopyRightsForm
from app.admin.said import say_lost
from app.features.accounts import granting
from app.features.accounts.models import GUESTS, Right
from app.features.accounts.queries import GroupFacts, groups
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import NOTHING
from app.features.boards import actions
from app.features.boards.queries import BoardFacts, get_board, tree
from app.features.moderation.log import record
from app.kernel.db import transaction
from app.kernel.errors import Invalid
from app.kernel.flash import flash
from app.kernel.words import gettext as _

bp = admin_blueprint("permissions", __name__)

KEYS = {"see": Right.SEE, "read": Right.READ, "start": Right.START, "reply": Right.REPLY, "attach": Right.ATTACH}
GUESTS_MAY = Right.SEE | Right.READ


@dataclass(frozen=True)
class Cell:
    key: str
    label: str
    is_on: bool
    is_open: bool


@dataclass(frozen=True)
class Row:
    group: GroupFacts
    cells: Sequence[Cell]
    is_closed: bool


@dataclass(frozen=True)
class PermissionsPage:
    """`parent` is the board above, which a group must see to see this one."""

    board: BoardFacts
    parent: BoardFacts | None
    columns: Mapping[str, str]
    rows: Sequence[Row]
    copy: CopyRightsForm


@bp.get("/boards/<id:board_id>/permissions")
def show(board_id: int) -> ResponseReturnValue:
    return _show(get_board(board_id, current_viewer()), _offer_boards(CopyRightsForm(), board_id))


@bp.post("/boards/<id:board_id>/permissions")
def save(board_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    board = get_board(board_id, viewer)
    wanted = _sent_rights()
    before = granting.rights_in(board_id)

    with transaction():
        lost = actions.permit(viewer, board_id, wanted)
        after = granting.rights_in(board_id)
        record(viewer, "set_rights", board_id=board_id, details=_named_changes(before, after))

    flash(_("The permissions of “%(name)s” are saved.", name=board.name))
    _say_implied(wanted, after)
    say_lost(lost)
    return redirect(f"/admin/boards/{board_id}/permissions", 303)


@bp.post("/boards/<id:board_id>/permissions/copy")
def copy(board_id: int) -> ResponseReturnValue:
    viewer, form = current_viewer(), CopyRightsForm(request.form)
    board = get_board(board_id, viewer)
    _offer_boards(form, board_id)

    if not form.validate():
        return _show(board, form, 422)
    before = granting.rights_in(board_id)
    try:
        with transaction():
            lost = actions.copy_rights(viewer, form.from_id.data, board_id)
            changes = _named_changes(before, granting.rights_in(board_id))
            record(viewer, "copy_rights", board_id=board_id, details={"from": form.from_id.data, **changes})
    except Invalid as error:
        form.refuse(error.reason, error.field)
        return _show(board, form, 422)
    source = tree().by_id[form.from_id.data]
    flash(_("“%(name)s” now has the permissions of “%(source)s”.", name=board.name, source=source.name))
    say_lost(lost)
    return redirect(f"/admin/boards/{board_id}/permissions", 303)


def _columns() -> dict[str, str]:
    return {
        "see": _("See the board"),
        "read": _("Read topics"),
        "start": _("Start topics"),
        "reply": _("Reply"),
        "attach": _("Attach files"),
    }


def _editable() -> list[GroupFacts]:
    """Groups whose rights can be set: administrators have all of them everywhere."""
    return [group for group in groups().values() if not group.is_admin]


def _sent_rights() -> dict[int, Right]:
    """What was ticked, for each group that was on the page."""
    shown = set(request.form.getlist("group"))
    return {
        group.id: Right(sum(int(KEYS[key]) for key in set(request.form.getlist(f"g{group.id}")) & KEYS.keys()))
        for group in _editable()
        if str(group.id) in shown
    }


def _say_implied(wanted: Mapping[int, Right], after: Mapping[int, Right]) -> None:
    columns, known = _columns(), groups()
    told = []
    for group_id, rights in wanted.items():
        added = after.get(group_id, NOTHING) & ~rights
        if added:
            names = ", ".join(columns[key] for key, right in KEYS.items() if added & right)
            told.append(_("%(group)s: %(rights)s", group=known[group_id].name, rights=names))
    if told:
        sentence = _(
            "Writing needs reading, and reading needs seeing. So this was ticked as well: %(list)s.",
            list="; ".join(told),
        )
        flash(sentence, "warn")


def _named_changes(before: Mapping[int, Right], after: Mapping[int, Right]) -> dict[str, list[int]]:
    """The sums of rights before and after, by group, where they differ."""
    pairs = {g: (int(before.get(g, NOTHING)), int(after.get(g, NOTHING))) for g in before.keys() | after.keys()}
    return {str(group_id): list(pair) for group_id, pair in pairs.items() if pair[0] != pair[1]}


def _offer_boards(form: CopyRightsForm, board_id: int) -> CopyRightsForm:
    boards = tree()
    form.from_id.choices = [(b.id, indented(boards, b)) for b in boards.all if b.id != board_id]
    return form


def _show(board: BoardFacts, copy_form: CopyRightsForm, status: int = 200) -> Response:
    parent = tree().by_id[board.parent_id] if board.parent_id else None
    granted = granting.rights_in(board.id)
    seen_above = granting.rights_in(parent.id) if parent else None
    rows = []
    for group in _editable():
        rights = granted.get(group.id, NOTHING)
        is_closed = seen_above is not None and not seen_above.get(group.id, NOTHING) & Right.SEE
        cells = [
            Cell(
                key=key,
                label=f"{group.name}: {label}",
                is_on=bool(rights & KEYS[key]),
                is_open=not is_closed and (group.id != GUESTS or bool(KEYS[key] & GUESTS_MAY)),
            )
            for key, label in _columns().items()
        ]
        rows.append(Row(group, cells, is_closed))
    page = PermissionsPage(board=board, parent=parent, columns=_columns(), rows=rows, copy=copy_form)
    return make_response(render_template("admin/permissions.html", page=page), status)
