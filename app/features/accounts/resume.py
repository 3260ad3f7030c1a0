"""Nothing typed is lost to a sign-in that ran out: the form is carried through and offered again."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request

from app.kernel.log import reference

SAFE = {"GET", "HEAD"}
FIELD_LIMIT = 200


def local_path(wanted: str | None, fallback: str = "/") -> str:
    """A path on this site, whatever was asked for: never another host."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return fallback
    if any(ord(char) < 32 or char == "\\" for char in wanted):
        return fallback
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else fallback


def offer_to_resume(reason: str) -> Response:
    """Ask a guest who may not do this to sign in, carrying along the form they sent."""
    is_form = request.method not in SAFE
    fields = [(n, v) for n, v in request.form.items(multi=True)][:FIELD_LIMIT] if is_form else []
    place = request.full_path.rstrip("?")
    body = render_template(
        "accounts/sign_in_first.html",
        reason=reason,
        action=place if is_form else "",
        fields=fields,
        next="/" if is_form else place,
        reference=reference.get(),
    )
    answer = make_response(body, 403)
    answer.headers["Cache-Control"] = "no-store"
    return answer
