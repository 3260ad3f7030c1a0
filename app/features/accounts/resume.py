"""Nothing typed is lost to a sign-in that ran out: the form is carried through and offered again."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import Response, abort, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from app.features.accounts import policy
from app.features.accounts.forms import ConfirmForm
from app.features.accounts.viewer import Viewer
from app.kernel.clock import now
from app.kernel.errors import Forbidden
from app.kernel.log import reference
from app.kernel.words import gettext as _

SAFE = {"GET", "HEAD"}
FIELD_LIMIT = 200
SHORT = 60
WORDS = 20
MADE_BY_PAGES = {"key", "next"}
CONFIRM = "/sign-in/confirm/"


@dataclass(frozen=True)
class Carried:
    """A form on its way through a sign-in: where it was going, and what it said."""

    action: str
    fields: list[tuple[str, str]]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.fields if not _is_text(value)]

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What somebody sat and wrote."""
        return [(name, value) for name, value in self.fields if _is_text(value)]


def _is_text(value: str) -> bool:
    return len(value) > SHORT or "\n" in value


def local_path(wanted: str | None, fallback: str = "/") -> str:
    """A path on this site, whatever was asked for: never another host."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return fallback
    if any(ord(char) < 32 or char == "\\" for char in wanted):
        return fallback
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return fallback
    return wanted if not parts.scheme and not parts.netloc else fallback


def carried() -> Carried | None:
    """The form that came along with this one, if any; never a password."""
    action = local_path(request.form.get("resume_action"), "")
    if not action:
        return None
    pairs = zip(request.form.getlist("resume_name"), request.form.getlist("resume_value"), strict=False)
    return Carried(action, [(name, value) for name, value in pairs if not _is_secret(name)][:FIELD_LIMIT])


def this_form() -> Carried | None:
    """What the running request sent, to be carried; None when it only asked for a page."""
    if request.method in SAFE:
        return None
    return Carried(_this_place(), _without_secrets(request.form))


def words_sent() -> list[tuple[str, str]]:
    """What somebody wrote in the running request's form or in one it carries along; never a password."""
    waiting = carried()
    sent = [*_without_secrets(request.form), *(waiting.fields if waiting else ())]
    return [(name, value) for name, value in sent if name not in MADE_BY_PAGES and len(value.strip()) > WORDS]


def _without_secrets(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in form.items(multi=True) if not _is_secret(name)][:FIELD_LIMIT]


def _is_secret(name: str) -> bool:
    return "password" in name.casefold() or name.startswith("resume_")


def _this_place() -> str:
    return request.full_path.rstrip("?")


def offer_to_resume(reason: str) -> Response:
    """Ask a guest who may not do this to sign in, carrying along the form they sent."""
    form = this_form()
    body = render_template(
        "accounts/sign_in_first.html",
        reason=reason,
        carried=form,
        next="/" if form else _this_place(),
        reference=reference.get(),
    )
    return _never_stored(body, 403)


def offer_to_send(form: Carried) -> Response:
    """After the sign-in: the form as it was, to be looked at and sent."""
    return _never_stored(render_template("accounts/resume.html", carried=form), 200)


def require_recent(viewer: Viewer) -> None:
    """Pass members who gave their password in this browser within 15 minutes. Others are asked for it (by a redirect,
    or a page that carries their form) and then go on. Raises Forbidden for guests.
    """
    if viewer.is_guest:
        raise Forbidden(_("Sign in to go on."))
    if policy.may_change_security(viewer, now()):
        return
    form = this_form()
    if form is None:
        abort(redirect(f"{CONFIRM}?{urlencode({'next': _this_place()})}", 303))
    body = render_template("accounts/confirm.html", form=ConfirmForm(), carried=form, next="/", warning="")
    abort(_never_stored(body, 403))


def _never_stored(body: str, status: int) -> Response:
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
