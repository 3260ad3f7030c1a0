"""What a form chose, and the page that asks before something is done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from app.features.accounts.resume import local_path
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import tree
from app.features.moderation import actions, policy, queries
from app.features.moderation.forms import ReasonForm
from app.features.moderation.queries import Kind
from app.kernel.db import MAX_ID, transaction
from app.kernel.errors import Forbidden, Invalid
from app.kernel.flash import flash
from app.kernel.verdict import Verdict
from app.kernel.words import gettext as _
from app.kernel.words import ngettext


def reason_sent() -> str:
    """The reason that came with an act done at once. Raises Invalid for one that is too long."""
    form = ReasonForm(request.form)
    if not form.validate():
        raise Invalid(form.reason.errors[0], "reason")
    return form.reason.data or ""


@dataclass(frozen=True)
class Item:
    """One chosen post or topic; with a refusal it cannot be part of the act."""

    id: int
    title: str
    href: str
    by: str
    excerpt: str
    verdict: Verdict


@dataclass(frozen=True)
class ConfirmPage:
    """What is about to happen, to which items, and what has to be said about it."""

    kind: Kind
    do: str
    heading: str
    explanation: str
    submit: str
    is_danger: bool
    items: Sequence[Item]
    form: Form
    next: str

    @property
    def action(self) -> str:
        return f"/moderation/{self.kind}s"

    @property
    def may_submit(self) -> bool:
        return any(item.verdict for item in self.items)


def ids_sent(name: str) -> list[int]:
    """The ids a form sent under this name; what is no id is left out."""
    sent = (value for value in request.form.getlist(name) if value.isascii() and value.isdecimal() and len(value) <= 10)
    return sorted({number for number in map(int, sent) if 0 < number <= MAX_ID})


def chosen_ids(viewer: Viewer, kind: Kind) -> list[int]:
    """The ticks of the form. A form that says what its page showed, the bar, also means the ticks of other pages."""
    ticked = set(ids_sent(kind))
    if "shown" in request.form:
        ticked |= queries.selected_ids(viewer, kind) - set(ids_sent("shown"))
    return sorted(ticked)


def way_back(fallback: str = "/moderation/") -> str:
    return local_path(request.form.get("next"), fallback)


def keep(viewer: Viewer, kind: Kind) -> None:
    """Remember the ticks of the bar."""
    if "shown" in request.form:
        with transaction():
            actions.keep_selection(viewer, kind, shown=ids_sent("shown"), ticked=ids_sent(kind))


def keep_and_return(viewer: Viewer, kind: Kind) -> ResponseReturnValue:
    try:
        keep(viewer, kind)
    except Invalid as error:
        flash(error.reason, "bad")
    else:
        count = len(queries.selected_ids(viewer, kind))
        flash(ngettext("One is chosen. Go on on other pages.", "%(num)d are chosen. Go on on other pages.", count))
    return redirect(way_back(), 303)


def clear_and_return(viewer: Viewer, kind: Kind) -> ResponseReturnValue:
    with transaction():
        actions.clear_selection(viewer, kind)
    flash(_("Nothing is chosen any more."))
    return redirect(way_back(), 303)


def nothing_chosen() -> ResponseReturnValue:
    flash(_("Nothing was chosen. Tick what it is about first."), "warn")
    return redirect(way_back(), 303)


def ask(page: ConfirmPage, error: Forbidden | Invalid | None = None) -> Response:
    """Show the page that asks; with what was wrong when the form was refused."""
    is_refused = error is not None or bool(page.form.errors)
    if error is not None:
        name = error.field if isinstance(error, Invalid) else ""
        if name in page.form:
            page.form[name].errors = [*page.form[name].errors, str(error.reason)]
        else:
            page.form.form_errors.append(str(error.reason))
    return make_response(
        render_template("moderation/confirm.html", page=page), 422 if is_refused or not page.may_submit else 200
    )


def boards_to_put_into(viewer: Viewer) -> dict[int, str]:
    """Boards the viewer may move things to, each with the names above it."""
    boards = tree()
    return {
        board.id: " › ".join(above.name for above in [*boards.ancestors(board.id), board])
        for board in boards.boards
        if policy.may_put_into_board(viewer, board)
    }
