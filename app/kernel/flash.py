"""A short word to the next page ("Your reply is posted."), carried in a signed cookie."""

from __future__ import annotations

from flask import Response, g, request
from itsdangerous import BadData

from app.kernel.secret import secret_key

COOKIE = "flash"
LIFETIME_SECONDS = 120


def flash(message: object, kind: str = "good") -> None:
    """Show `message` on the next page. `kind` is good, warn or bad."""
    g.setdefault("flash_out", []).append((kind, str(message)[:500]))


def flashed() -> list[tuple[str, str]]:
    """What the page before wanted said, once."""
    raw = request.cookies.get(COOKIE)
    here: list[tuple[str, str]] = g.pop("flash_out", [])
    if not raw:
        return here
    g.flash_shown = True
    try:
        found = secret_key.signer("flash").loads(raw, max_age=LIFETIME_SECONDS)
    except BadData:
        return here
    return [(str(kind), str(text)) for kind, text in found] + here


def carry_flash(response: Response, *, is_https: bool) -> Response:
    waiting = g.get("flash_out")
    if waiting:
        value = secret_key.signer("flash").dumps(waiting[-3:])
        response.set_cookie(
            COOKIE, str(value), max_age=LIFETIME_SECONDS, httponly=True, samesite="Lax", secure=is_https
        )
    elif g.get("flash_shown"):
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=is_https)
    return response
