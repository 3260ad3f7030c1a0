"""Adding, ordering, changing and removing boards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.admin import queries
from app.admin.access import admin_blueprint
from app.admin.forms import BOARD_ICONS, TOP, BoardForm, MoveTopicsForm, NewBoardForm
from app.admin.said import say_lost
from app.features.accounts import granting
from app.features.accounts.models import Right
from app.features.accounts.sign_in import current_viewer
from app.features.boards import actions
from app.features.boards.actions import Draft
from app.features.boards.queries import BoardFacts, BoardTree, get_board, tree
from app.features.moderation.log import record
from app.features.posts.actions import whole_board
from app.kernel.db import transaction
from app.kernel.errors import Invalid
from app.kernel.flash import flash
from app.kernel.words import gettext as _
from app.kernel.words import ngettext

bp = admin_blueprint("boards", __name__)

USUAL, NOBODY = "usual", "nobody"


@dataclass(frozen=True)
class BoardsPage:
    tree: BoardTree
    topic_counts: Mapping[int, int]


@dataclass(frozen=True)
class BoardPage:
    """The form of one board; `board` is None for a new one."""

    form: BoardForm
    board: BoardFacts | None = None


@dataclass(frozen=True)
class DeletePage:
    board: BoardFacts
    has_boards: bool
    has_topics: bool
    form: MoveTopicsForm
    refusal: str = ""


@bp.get("/boards/")
def show() -> ResponseReturnValue:
    return render_template("admin/boards.html", page=BoardsPage(tree(), queries.topic_counts()))


@bp.get("/boards/new")
def new() -> ResponseReturnValue:
    wanted = request.args.get("parent", "")
    parent = tree().by_id.get(int(wanted)) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10 else None
    form = _offer_choices(
        NewBoardForm(
            is_category="category" in request.args,
            icon="folder" if "category" in request.args else "messages",
            parent_id=parent.id if parent else TOP,
            rights_from=str(parent.id) if parent else USUAL,
        )
    )
    return _show_form(BoardPage(form))


@bp.post("/boards/new")
def add() -> ResponseReturnValue:
    viewer, form = current_viewer(), NewBoardForm(request.form)
    _offer_choices(form)

    if not form.validate():
        return _show_form(BoardPage(form), 422)
    try:
        with transaction():
            board = actions.add_board(viewer, _draft(form), _first_rights(form.rights_from.data))
            record(viewer, "add_board", board_id=board.id, details={"name": board.name})
    except Invalid as error:
        form.refuse(error.reason, error.field)
        return _show_form(BoardPage(form), 422)
    flash(_("“%(name)s” is added. Here is who may do what in it.", name=board.name))
    return redirect(f"/admin/boards/{board.id}/permissions", 303)


@bp.get("/boards/<id:board_id>/edit")
def edit(board_id: int) -> ResponseReturnValue:
    board = get_board(board_id, current_viewer())
    form = BoardForm(data=asdict(board) | {"parent_id": board.parent_id or TOP})
    return _show_form(BoardPage(_offer_choices(form, board_id), board))


@bp.post("/boards/<id:board_id>/edit")
def save(board_id: int) -> ResponseReturnValue:
    viewer, form = current_viewer(), BoardForm(request.form)
    board = get_board(board_id, viewer)
    _offer_choices(form, board_id)

    if not form.validate():
        return _show_form(BoardPage(form, board), 422)
    draft = _draft(form)
    try:
        with transaction():
            lost = actions.edit_board(viewer, board_id, draft)
            if draft.counts_posts != board.counts_posts:
                whole_board.recount_authors(board_id)
            record(viewer, "edit_board", board_id=board_id, details=_changes(board, draft))
    except Invalid as error:
        form.refuse(error.reason, error.field)
        return _show_form(BoardPage(form, board), 422)
    flash(_("“%(name)s” is changed.", name=draft.name))
    say_lost(lost)
    return redirect("/admin/boards/", 303)


@bp.post("/boards/<id:board_id>/order")
def order(board_id: int) -> ResponseReturnValue:
    """Move a board one place among its neighbours; `do` is "up" or "down"."""
    viewer = current_viewer()
    board = get_board(board_id, viewer)
    move = actions.move_board_up if request.form.get("do") == "up" else actions.move_board_down
    with transaction():
        move(viewer, board_id)
        record(viewer, "order_board", board_id=board_id, details={"name": board.name})
    return redirect(f"/admin/boards/#board-{board_id}", 303)


@bp.get("/boards/<id:board_id>/delete")
def ask_to_delete(board_id: int) -> ResponseReturnValue:
    board = get_board(board_id, current_viewer())
    return _show_delete(board, MoveTopicsForm())


@bp.post("/boards/<id:board_id>/delete")
def delete(board_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    board = get_board(board_id, viewer)
    try:
        with transaction():
            actions.delete_board(viewer, board_id)
            record(viewer, "delete_board", board_id=board_id, details={"name": board.name})
    except Invalid as error:
        return _show_delete(board, MoveTopicsForm(), 422, str(error.reason))
    flash(_("“%(name)s” is deleted.", name=board.name))
    return redirect("/admin/boards/", 303)


@bp.post("/boards/<id:board_id>/empty")
def empty(board_id: int) -> ResponseReturnValue:
    """Move all topics of a board, so that it can be deleted."""
    viewer, form = current_viewer(), MoveTopicsForm(request.form)
    board = get_board(board_id, viewer)
    _offer_targets(form, board_id)

    if not form.validate():
        return _show_delete(board, form, 422)
    target_id = form.to_id.data
    try:
        with transaction():
            moved = whole_board.move_all_topics(viewer, board_id, target_id)
            record(viewer, "empty_board", board_id=board_id, details={"to": target_id, "count": moved})
    except Invalid as error:
        form.refuse(error.reason, error.field)
        return _show_delete(board, form, 422)
    target = tree().by_id[target_id]
    flash(
        ngettext(
            "%(num)d topic is now in “%(name)s”.", "%(num)d topics are now in “%(name)s”.", moved, name=target.name
        )
    )
    return redirect(f"/admin/boards/{board_id}/delete", 303)


def _draft(form: BoardForm) -> Draft:
    return Draft(
        name=form.name.data or "",
        description=form.description.data or "",
        icon=form.icon.data,
        parent_id=form.parent_id.data or None,
        is_category=form.is_category.data,
        has_ratings=form.has_ratings.data,
        counts_posts=form.counts_posts.data,
        edit_minutes=form.edit_minutes.data,
    )


def _first_rights(choice: str) -> Mapping[int, Right]:
    if choice == NOBODY:
        return {}
    return actions.USUAL_RIGHTS if choice == USUAL else granting.rights_in(int(choice))


def _changes(board: BoardFacts, draft: Draft) -> dict[str, list[object]]:
    """What was and what is, by the name of what changed."""
    before, after = asdict(board), asdict(draft)
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


def _offer_choices(form: BoardForm, board_id: int | None = None) -> BoardForm:
    boards = tree()
    below = set(boards.below(board_id)) if board_id and board_id in boards.by_id else set()
    names = [(b.id, indented(boards, b)) for b in boards.all]
    form.icon.choices = [(name, name) for name in BOARD_ICONS]
    form.parent_id.choices = [(TOP, _("The top level")), *(each for each in names if each[0] not in below)]
    if isinstance(form, NewBoardForm):
        form.rights_from.choices = [
            (USUAL, _("As usual: everyone reads, members write")),
            (NOBODY, _("Private: administrators only, until you say otherwise")),
            *((str(i), _("As in “%(name)s”", name=name.strip())) for i, name in names),
        ]
    return form


def _offer_targets(form: MoveTopicsForm, board_id: int) -> None:
    boards = tree()
    form.to_id.choices = [(b.id, indented(boards, b)) for b in boards.boards if b.id != board_id]


def indented(boards: BoardTree, board: BoardFacts) -> str:
    """A board's name as a list of all boards shows it, moved in below its parents."""
    return "\u2003" * boards.depth(board.id) + board.name


def _show_form(page: BoardPage, status: int = 200) -> Response:
    return make_response(render_template("admin/board.html", page=page), status)


def _show_delete(board: BoardFacts, form: MoveTopicsForm, status: int = 200, refusal: str = "") -> Response:
    _offer_targets(form, board.id)
    page = DeletePage(
        board=board,
        has_boards=bool(tree().children(board.id)),
        has_topics=actions.holds_topics(board.id),
        form=form,
        refusal=refusal,
    )
    return make_response(render_template("admin/delete_board.html", page=page), status)
