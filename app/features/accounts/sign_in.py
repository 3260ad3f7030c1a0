"""Who is asking: the only place that knows Flask-Login, and the cookie it reads."""

from __future__ import annotations

import hashlib
from typing import cast

from flask import Flask, Request, Response, current_app, g, has_request_context, request
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user

from app.features.accounts import queries
from app.features.accounts.preferences import look_from_cookie
from app.features.accounts.seen import saw
from app.features.accounts.viewer import Viewer
from app.features.site.queries import use_version

PREFERENCES_COOKIE = "prefs"

login_manager = LoginManager()
login_manager.session_protection = None


class _Member(UserMixin):
    def __init__(self, viewer: Viewer) -> None:
        self.id = viewer.id
        self.viewer = viewer


class _Guest(AnonymousUserMixin):
    @property
    def viewer(self) -> Viewer:
        if "guest" not in g:
            g.guest = queries.guest(look_from_cookie(request.cookies.get(PREFERENCES_COOKIE)))
        return cast("Viewer", g.guest)


login_manager.anonymous_user = _Guest


@login_manager.request_loader
def _load(incoming: Request) -> _Member | None:
    token = incoming.cookies.get(cookie_name())
    if not token or len(token) > 100:
        return None
    version, sign_in, group_ids = queries.find_signed_in(hash_token(token))
    use_version(version)
    if sign_in is None:
        return None
    saw(sign_in)
    return _Member(queries.viewer_of(sign_in.user, group_ids, sign_in))


def current_viewer() -> Viewer:
    """The viewer of the running request."""
    return cast("Viewer", current_user.viewer)


def known_viewer() -> Viewer | None:
    """The viewer if one could be found out; error pages must not fail over a broken database."""
    if not has_request_context():
        return None
    try:
        return current_viewer()
    except Exception:
        return None


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name() -> str:
    return "__Host-sid" if current_app.config["STOA"].is_https else "sid"


def set_cookie(response: Response, token: str, max_age: int | None) -> None:
    """Hand the browser its sign-in token; `max_age` in seconds, None for as long as the browser is open."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=max_age,
        path="/",
        httponly=True,
        secure=current_app.config["STOA"].is_https,
        samesite="Lax",
    )


def clear_cookie(response: Response) -> None:
    secure = current_app.config["STOA"].is_https
    response.delete_cookie(cookie_name(), path="/", httponly=True, secure=secure, samesite="Lax")


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
