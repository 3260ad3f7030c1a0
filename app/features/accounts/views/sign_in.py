"""Signing in and out, and giving the password once more."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.features.accounts import actions, passwords
from app.features.accounts.actions import Attempt
from app.features.accounts.forms import ConfirmForm, SignInForm, attach
from app.features.accounts.models import SignIn
from app.features.accounts.resume import carried, local_path, offer_to_send
from app.features.accounts.sign_in import become, browser, clear_cookie, current_viewer, hand_over, known_devices
from app.features.accounts.viewer import Viewer
from app.kernel.db import transaction
from app.kernel.errors import Forbidden, Invalid, TooMany
from app.kernel.flash import flash
from app.kernel.words import gettext as _

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in/")
def show() -> ResponseReturnValue:
    if not current_viewer().is_guest:
        return redirect(_next_place(), 303)
    return _show(SignInForm(remember=True))


@bp.post("/sign-in/")
def sign_in() -> ResponseReturnValue:
    form = SignInForm(request.form)
    if not form.validate():
        return _show(form, 422)

    try:
        opened, token = _try_password(form)
    except Invalid as refusal:
        attach(form, refusal)
        return _show(form, 422)
    except TooMany as error:
        return _wait(_show(form, 429, warning=str(error.reason)), error)
    become(opened)
    return _go_on(opened, token)


@bp.get("/sign-in/confirm/")
def show_confirmation() -> ResponseReturnValue:
    if current_viewer().is_guest:
        return redirect("/sign-in/", 303)
    return _show_confirmation(ConfirmForm())


@bp.post("/sign-in/confirm/")
def confirm() -> ResponseReturnValue:
    viewer = current_viewer()
    if viewer.is_guest:
        raise Forbidden(_("Sign in to go on."))
    form = ConfirmForm(request.form)
    if not form.validate():
        return _show_confirmation(form, 422)

    try:
        attempt = try_own_password(viewer, form.password.data or "", "password")
        with transaction():
            renewed, token = actions.confirm(viewer, attempt)
    except Invalid as refusal:
        attach(form, refusal)
        return _show_confirmation(form, 422)
    except TooMany as error:
        return _wait(_show_confirmation(form, 429, warning=str(error.reason)), error)
    return _go_on(renewed, token)


@bp.get("/sign-out/")
def ask_to_sign_out() -> ResponseReturnValue:
    if current_viewer().is_guest:
        return redirect("/", 303)
    return render_template("accounts/sign_out.html")


@bp.post("/sign-out/")
def sign_out() -> ResponseReturnValue:
    """Ends the sign-in here and has the browser forget the pages it kept."""
    with transaction():
        actions.sign_out(current_viewer())
    flash(_("You are signed out."))
    answer = make_response(redirect("/", 303))
    clear_cookie(answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def try_own_password(viewer: Viewer, password: str, field: str) -> Attempt:
    """Counted and compared. Raises Invalid, for the form's `field`, when it is wrong, and TooMany."""
    with transaction():
        attempt = actions.begin_confirmation(viewer)
    if not passwords.is_right(password, attempt.password_hash):
        raise Invalid(_("That is not your password."), field)
    return attempt


def _try_password(form: SignInForm) -> tuple[SignIn, str]:
    """Counted first, compared outside of any transaction, then let in. Raises Invalid and TooMany."""
    here, password = browser(), form.password.data or ""
    with transaction():
        attempt = actions.begin_sign_in(form.login.data or "", here.network, known_devices())

    if not passwords.is_right(password, attempt.password_hash):
        raise Invalid(_("The name or the password is not right. Please check both and try again."), "password")
    stored = attempt.password_hash or ""
    new_hash = passwords.hash_password(password) if passwords.is_outdated(stored) else None

    with transaction():
        return actions.sign_in(attempt, here, is_remembered=form.remember.data, new_hash=new_hash)


def _go_on(sign_in: SignIn, token: str) -> Response:
    waiting = carried()
    answer = offer_to_send(waiting) if waiting else make_response(redirect(_next_place(), 303))
    hand_over(answer, sign_in, token)
    return answer


def _next_place() -> str:
    place = local_path(request.values.get("next"))
    return "/" if place.startswith(("/sign-in/", "/sign-out/")) else place


def _show(form: SignInForm, status: int = 200, warning: str = "") -> Response:
    body = render_template("accounts/sign_in.html", form=form, carried=carried(), next=_next_place(), warning=warning)
    return make_response(body, status)


def _show_confirmation(form: ConfirmForm, status: int = 200, warning: str = "") -> Response:
    body = render_template("accounts/confirm.html", form=form, carried=carried(), next=_next_place(), warning=warning)
    return make_response(body, status)


def _wait(answer: Response, error: TooMany) -> Response:
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer
