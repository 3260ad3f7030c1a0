"""Members' own settings: profile, account, appearance, reading."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.features.accounts import actions, passwords, policy
from app.features.accounts.forms import EmailForm, PasswordForm, ProfileForm, ReadingForm, attach, look_of
from app.features.accounts.queries import get_user, sign_ins_of
from app.features.accounts.resume import require_recent
from app.features.accounts.sign_in import current_viewer, hand_over, keep_look
from app.features.accounts.viewer import Viewer
from app.features.accounts.views.sign_in import try_own_password
from app.features.site.queries import settings as site_settings
from app.kernel.db import transaction
from app.kernel.errors import Invalid, TooMany
from app.kernel.flash import flash
from app.kernel.locales import languages, time_zones
from app.kernel.throttle import check_limit
from app.kernel.verdict import require
from app.kernel.words import gettext as _

bp = Blueprint("settings", __name__, url_prefix="/settings")

# The form says which addresses are taken: nobody goes through a list of them.
EMAIL_LIMIT = "10 per hour"


def _member() -> Viewer:
    viewer = current_viewer()
    require(policy.may_change_settings(viewer))
    return viewer


@bp.get("/")
def profile() -> ResponseReturnValue:
    user = get_user(_member().member_id)
    return render_template("accounts/settings_profile.html", form=ProfileForm(about=user.about, location=user.location))


@bp.post("/")
def save_profile() -> ResponseReturnValue:
    viewer, form = _member(), ProfileForm(request.form)
    if not form.validate():
        return render_template("accounts/settings_profile.html", form=form), 422
    with transaction():
        actions.change_profile(viewer, about=form.about.data or "", location=form.location.data or "")
    return _saved("/settings/")


@bp.get("/appearance/")
def appearance() -> ResponseReturnValue:
    _member()
    return render_template("accounts/settings_appearance.html", time_zones=time_zones())


@bp.post("/appearance/")
def save_appearance() -> ResponseReturnValue:
    viewer = _member()
    changes: dict[str, Any] = look_of(request.form, languages())
    if request.form.get("time_zone") in {"", *time_zones()}:
        changes["time_zone"] = request.form["time_zone"]
    with transaction():
        after = actions.change_preferences(viewer, changes)
    answer = _saved("/settings/appearance/")
    keep_look(answer, after)
    return answer


@bp.get("/reading/")
def reading() -> ResponseReturnValue:
    return render_template("accounts/settings_reading.html", form=ReadingForm(obj=_member().preferences))


@bp.post("/reading/")
def save_reading() -> ResponseReturnValue:
    viewer, form = _member(), ReadingForm(request.form)
    if not form.validate():
        return render_template("accounts/settings_reading.html", form=form), 422
    with transaction():
        actions.change_preferences(viewer, form.data)
    return _saved("/settings/reading/")


@bp.get("/account/")
def account() -> ResponseReturnValue:
    viewer = _member()
    require_recent(viewer)
    return _show_account(viewer)


@bp.post("/account/email")
def save_email() -> ResponseReturnValue:
    viewer, form = _member(), EmailForm(request.form)
    require_recent(viewer)
    if not form.validate():
        return _show_account(viewer, 422, email_form=form)
    try:
        check_limit("email", str(viewer.id), EMAIL_LIMIT)
        with transaction():
            actions.change_email(viewer, form.email.data or "")
    except Invalid as refusal:
        attach(form, refusal)
        return _show_account(viewer, 422, email_form=form)
    except TooMany as error:
        answer = _show_account(viewer, 429, email_form=form, warning=str(error.reason))
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    return _saved("/settings/account/")


@bp.post("/account/password")
def save_password() -> ResponseReturnValue:
    viewer, form = _member(), PasswordForm(request.form)
    require_recent(viewer)
    user = get_user(viewer.member_id)
    name, email = user.name, user.email
    try:
        if not form.validate():
            return _show_account(viewer, 422, password_form=form)
        passwords.check_password(form.password.data or "", name, email, site_settings().name)
        attempt = try_own_password(viewer, form.current_password.data or "", "current_password")
        new_hash = passwords.hash_password(form.password.data or "")
        with transaction():
            sign_in, token = actions.change_password(viewer, attempt, new_hash)
    except Invalid as refusal:
        attach(form, refusal)
        return _show_account(viewer, 422, password_form=form)
    except TooMany as error:
        answer = _show_account(viewer, 429, warning=str(error.reason))
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    flash(_("Your password is changed, and other browsers are signed out."))
    answer = make_response(redirect("/settings/account/", 303))
    hand_over(answer, sign_in, token)
    return answer


@bp.post("/account/sign-ins/<id:sign_in_id>/end")
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    viewer = _member()
    require_recent(viewer)
    with transaction():
        actions.end_sign_in(viewer, sign_in_id)
    flash(_("That browser is signed out."))
    return redirect("/settings/account/", 303)


@bp.post("/account/sign-ins/end")
def end_other_sign_ins() -> ResponseReturnValue:
    viewer = _member()
    require_recent(viewer)
    with transaction():
        actions.end_other_sign_ins(viewer)
    flash(_("Every other browser is signed out."))
    return redirect("/settings/account/", 303)


def _show_account(
    viewer: Viewer,
    status: int = 200,
    *,
    email_form: EmailForm | None = None,
    password_form: PasswordForm | None = None,
    warning: str = "",
) -> Response:
    user = get_user(viewer.member_id)
    body = render_template(
        "accounts/settings_account.html",
        email_form=email_form or EmailForm(email=user.email),
        password_form=password_form or PasswordForm(),
        sign_ins=sign_ins_of(viewer.member_id),
        warning=warning,
    )
    return make_response(body, status)


def _saved(place: str) -> Response:
    flash(_("Your settings are saved."))
    return make_response(redirect(place, 303))
