"""What search engines and other crawlers are told: which addresses hold content, and which only lead somewhere."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

bp = Blueprint("crawlers", __name__)

KEPT_SECONDS = 3600

# Forms, lists of people, and other orders and parts of what stands whole at another address. Of a post only its own
# address is open, which leads to it in its topic.
CLOSED = (
    "/admin/",
    "/moderation/",
    "/settings/",
    "/notifications/",
    "/sign-in/",
    "/sign-out/",
    "/register/",
    "/preferences",
    "/announcement/",
    "/search/",
    "/unread/",
    "/new-topic/",
    "/board/*/new-topic",
    "/topic/*/reply",
    "/topic/*/unread",
    "/*/followers",
    "/post/",
    "/post/*/reactions/",
    *(f"/*?*{name}=" for name in ("do", "sort", "page", "tab", "before", "after", "next")),
)
OPEN = ("/post/*/$",)


@bp.get("/robots.txt")
def robots() -> Response:
    """The rules of https://www.rfc-editor.org/rfc/rfc9309: of those that fit an address, the longest holds."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        *(f"Allow: {path}" for path in OPEN),
        "",
        f"Sitemap: {current_app.config['STOA'].address}/sitemap.xml",
        "",
    ]
    response = Response("\n".join(lines), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response
