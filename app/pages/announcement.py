"""Putting the announcement away, for this browser, until there is a new one."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, redirect, request

from app.features.accounts.resume import local_path
from app.features.site.queries import settings
from app.pages.chrome import DISMISSED_COOKIE, announcement_key

bp = Blueprint("announcement", __name__)

YEAR_SECONDS = 365 * 24 * 60 * 60


@bp.post("/announcement/dismiss")
def dismiss() -> Response:
    answer = make_response(redirect(local_path(request.form.get("next")), 303))
    key = announcement_key(settings())
    if request.form.get("key") == key:
        secure = current_app.config["STOA"].is_https
        answer.set_cookie(DISMISSED_COOKIE, key, max_age=YEAR_SECONDS, httponly=True, secure=secure, samesite="Lax")
    return answer
