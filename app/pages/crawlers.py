"""What search engines and other crawlers are told: which addresses hold content, and which only lead somewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app

from app.addresses import board_url, topic_url
from app.features.accounts.models import Right
from app.features.accounts.queries import guest
from app.features.boards.queries import rows_by_id, tree
from app.features.topics import queries as topics
from app.kernel.cache.pages import shows
from app.kernel.db import MAX_ID
from app.kernel.errors import NotFound

bp = Blueprint("crawlers", __name__)

KEPT_SECONDS = 3600

# The protocol takes 50,000 addresses in a file; so many are made in 25 ms, which keeps nobody else waiting.
TOPICS_PER_FILE = 2_000
LATEST = 1_000
SITEMAP_SECONDS = 300.0
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"

Place = tuple[str, datetime | None]

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


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Which files tell all addresses of what guests may read (https://www.sitemaps.org/protocol.html). They lie at the
    top because a file speaks only for what lies below it.

    The two that change often are dated: who has read the others needs only these.
    """
    latest, boards = _latest(), _boards()
    numbers = topics.numbers_of_ranges(guest(), TOPICS_PER_FILE)
    files: list[Place] = [("/sitemap-boards.xml", _newest(boards))]
    files += [("/sitemap-latest.xml", _newest(latest))] if latest else []
    files += [(f"/sitemap-topics-{number}.xml", None) for number in numbers]
    return _xml("sitemapindex", "sitemap", files)


@bp.get("/sitemap-boards.xml")
def boards() -> Response:
    return _xml("urlset", "url", _boards())


@bp.get("/sitemap-latest.xml")
def latest_topics() -> Response:
    """The topics last posted in; each stands in a file of its range, too."""
    return _xml("urlset", "url", _latest())


@bp.get("/sitemap-topics-<id:number>.xml")
def range_of_topics(number: int) -> Response:
    is_possible = number * TOPICS_PER_FILE <= MAX_ID
    found = topics.addresses_in_range(guest(), number, TOPICS_PER_FILE) if is_possible else ()
    if not found:
        raise NotFound
    return _xml("urlset", "url", ((topic_url(topic_id, slug), at) for topic_id, slug, at in found))


def _latest() -> list[Place]:
    return [(topic_url(topic_id, slug), at) for topic_id, slug, at in topics.latest_addresses(guest(), LATEST)]


def _boards() -> list[Place]:
    """The index and every board, each with the time of its newest post."""
    viewer = guest()
    readable = [board for board in tree().boards if viewer.may(Right.READ, board.id)]
    rows = rows_by_id([board.id for board in readable], viewer)
    found: list[Place] = [(board_url(board.id, board.slug), rows[board.id].last_post_at) for board in readable]
    return [("/", _newest(found)), *found]


def _newest(places: Iterable[Place]) -> datetime | None:
    return max((at for _path, at in places if at is not None), default=None)


def _xml(kind: str, entry: str, places: Iterable[Place]) -> Response:
    """Paths come from `app.addresses`, quoted: nothing in them means anything in XML."""
    site = escape(current_app.config["STOA"].address)
    shows("boards", seconds=SITEMAP_SECONDS)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{kind} xmlns="{SCHEMA}">']
    for path, at in places:
        dated = f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at is not None else ""
        lines.append(f"<{entry}><loc>{site}{path}</loc>{dated}</{entry}>")
    lines += [f"</{kind}>", ""]
    return Response("\n".join(lines), content_type="application/xml; charset=utf-8")
