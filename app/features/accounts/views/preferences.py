"""The theme and language forms of the header and footer, for guests and members."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, make_response, redirect, request

from app.features.accounts import actions
from app.features.accounts.forms import look_of
from app.features.accounts.resume import local_path
from app.features.accounts.sign_in import current_viewer, keep_look
from app.kernel.db import transaction
from app.kernel.locales import languages

bp = Blueprint("preferences", __name__)


@bp.post("/preferences")
def save() -> Response:
    """Members' choices are kept with the account, guests' in a cookie. Scripts get an empty answer."""
    viewer, look = current_viewer(), look_of(request.form, languages())
    if viewer.is_guest:
        after = replace(viewer.preferences, **look)  # type: ignore[arg-type]  # every look is a str
    else:
        with transaction():
            after = actions.change_preferences(viewer, dict(look))

    by_script = "application/json" in request.headers.get("Accept", "") or "X-Requested-With" in request.headers
    place = local_path(request.form.get("next"))
    answer = make_response("", 204) if by_script else make_response(redirect(place, 303))
    keep_look(answer, after)
    return answer
