"""Creating an account."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.features.accounts import actions, policy
from app.features.accounts.actions import security
from app.features.accounts.forms import RegisterForm, attach
from app.features.accounts.resume import carried, local_path, offer_to_send
from app.features.accounts.sign_in import become, browser, current_viewer, hand_over
from app.features.site.queries import settings
from app.kernel.db import transaction
from app.kernel.errors import Invalid, TooMany
from app.kernel.flash import flash
from app.kernel.throttle import check_limit, network_of
from app.kernel.words import gettext as _

bp = Blueprint("join", __name__)

LIMIT = "20 per hour"


@bp.get("/register/")
def new_account() -> ResponseReturnValue:
    if not current_viewer().is_guest:
        return redirect(local_path(request.args.get("next")), 303)
    return _show(RegisterForm())


@bp.post("/register/")
def register() -> ResponseReturnValue:
    viewer = current_viewer()
    if "login" in request.form or not policy.may_register(viewer, settings()):
        return _show(RegisterForm())  # from the sign-in form, with what it carried
    form = RegisterForm(request.form)
    if not form.validate():
        return _show(form, 422)

    try:
        check_limit("register", network_of(request.remote_addr), LIMIT)
        with transaction():
            user = actions.register(viewer, form.name.data or "", form.email.data or "", form.password.data or "")
            sign_in, token = security.open_sign_in(user, browser(), is_remembered=False)
    except Invalid as refusal:
        attach(form, refusal)
        return _show(form, 422)
    except TooMany as error:
        answer = _show(form, 429, warning=str(error.reason))
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    flash(_("Welcome, %(name)s! Your account is ready.", name=user.name))
    become(sign_in)
    waiting = carried()
    place = local_path(request.form.get("next"))
    answer = offer_to_send(waiting) if waiting else make_response(redirect(place, 303))
    hand_over(answer, sign_in, token)
    return answer


def _show(form: RegisterForm, status: int = 200, warning: str = "") -> Response:
    body = render_template(
        "accounts/register.html",
        form=form,
        may_register=policy.may_register(current_viewer(), settings()),
        carried=carried(),
        next=local_path(request.values.get("next")),
        warning=warning,
    )
    return make_response(body, status)
