"""Who is asking: the only place that knows Flask-Login, and the cookie it reads."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import cast

from flask import Flask, Request, Response, current_app, g, has_request_context, request
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from itsdangerous import BadData

from app.features.accounts import queries
from app.features.accounts.actions import security
from app.features.accounts.actions.security import Browser
from app.features.accounts.models import SignIn
from app.features.accounts.preferences import Preferences, look_from_cookie, look_to_cookie
from app.features.accounts.seen import saw
from app.features.accounts.viewer import Viewer
from app.features.site.queries import use_version
from app.kernel.cache.changes import news
from app.kernel.clock import now
from app.kernel.secret import secret_key
from app.kernel.throttle import network_of

PREFERENCES_COOKIE = "prefs"
YEAR_SECONDS = 365 * 24 * 60 * 60
DEVICE_MEMBERS = 5

hash_token = security.hash_token

login_manager = LoginManager()
login_manager.session_protection = None


class _Member(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    def __init__(self, viewer: Viewer) -> None:
        self.id = viewer.id
        self.viewer = viewer


class _Guest(AnonymousUserMixin):  # type: ignore[misc]
    @property
    def viewer(self) -> Viewer:
        if "guest" not in g:
            g.guest = queries.guest(look_from_cookie(request.cookies.get(PREFERENCES_COOKIE)))
        return cast("Viewer", g.guest)


login_manager.anonymous_user = _Guest


@login_manager.request_loader  # type: ignore[untyped-decorator]
def _load(incoming: Request) -> _Member | None:
    token = incoming.cookies.get(cookie_name())
    if not token or len(token) > 100:
        return None
    found = queries.find_signed_in(hash_token(token))
    use_version(found.version)
    news().know_of(found.newest_change)
    if found.sign_in is None:
        return None
    saw(found.sign_in)
    return _Member(queries.viewer_of(found.sign_in.user, found.group_ids, found.sign_in))


def current_viewer() -> Viewer:
    """The viewer of the running request."""
    return cast("Viewer", current_user.viewer)


def known_viewer() -> Viewer | None:
    """The viewer if one could be found out; error pages must not fail over a broken database."""
    if not has_request_context():
        return None
    try:
        return current_viewer()
    except Exception:  # noqa: BLE001
        return None


def become(sign_in: SignIn) -> None:
    """Go on with this request as the member who has just signed in."""
    login_manager._update_request_context_with_user(_Member(queries.viewer_of(sign_in.user, sign_in=sign_in)))  # noqa: SLF001


def has_lost_sign_in() -> bool:
    """Whether the browser believes to be signed in and is not."""
    return bool(request.cookies.get(cookie_name())) and current_viewer().is_guest


def browser() -> Browser:
    """The browser of the running request, as it is kept with a sign-in."""
    token = request.cookies.get(cookie_name()) or ""
    return Browser(
        network=network_of(request.remote_addr),
        device=device_name(request.user_agent.string),
        earlier_token_hash=hash_token(token) if 0 < len(token) <= 100 else None,
    )


def device_name(user_agent: str) -> str:
    """What somebody would call it: "Firefox, Windows". Empty when nothing is known."""
    kinds = ("Edg", "OPR", "SamsungBrowser", "Firefox", "FxiOS", "CriOS", "Chrome", "Safari", "curl")
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS X", "CrOS", "Linux")
    said = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "FxiOS": "Firefox", "CriOS": "Chrome"}
    said |= {"Mac OS X": "macOS", "CrOS": "ChromeOS"}
    kind = next((kind for kind in kinds if re.search(rf"\b{kind}/", user_agent)), "")
    system = next((system for system in systems if system in user_agent), "")
    return ", ".join(said.get(word, word) for word in (kind, system) if word)


def cookie_name() -> str:
    return _protected("sid")


def _protected(name: str) -> str:
    """The cookie's name: browsers take `__Host-` only from the host itself, over https."""
    return f"__Host-{name}" if current_app.config["STOA"].is_https else name


def hand_over(response: Response, sign_in: SignIn, token: str) -> None:
    """Give the browser what it needs to be signed in, for as long as the sign-in may last, and to be known again."""
    left = int((sign_in.expires_at - now()).total_seconds())
    set_cookie(response, token, left if sign_in.is_remembered else None)
    known = {sign_in.user_id: secrets.token_urlsafe(12), **known_devices()}
    kept = [(user_id, name) for user_id, name in known.items() if user_id != sign_in.user_id][: DEVICE_MEMBERS - 1]
    value = secret_key.signer("device").dumps([(sign_in.user_id, known[sign_in.user_id]), *kept])
    response.set_cookie(
        _protected("device"),
        str(value),
        max_age=YEAR_SECONDS,
        path="/",
        httponly=True,
        secure=current_app.config["STOA"].is_https,
        samesite="Lax",
    )


def known_devices() -> Mapping[int, str]:
    """By member, the name this browser got when it signed in to the account."""
    try:
        found = secret_key.signer("device").loads(request.cookies.get(_protected("device")) or "", max_age=YEAR_SECONDS)
        return {int(user_id): str(name) for user_id, name in found}
    except (BadData, TypeError, ValueError):
        return {}


def keep_look(response: Response, preferences: Preferences) -> None:
    """Keep the look in a cookie that scripts may read, for guests and for the moment after signing out."""
    secure, value = current_app.config["STOA"].is_https, look_to_cookie(preferences)
    if value:
        response.set_cookie(PREFERENCES_COOKIE, value, max_age=YEAR_SECONDS, path="/", secure=secure, samesite="Lax")
    elif PREFERENCES_COOKIE in request.cookies:
        response.delete_cookie(PREFERENCES_COOKIE, path="/", secure=secure, samesite="Lax")


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
