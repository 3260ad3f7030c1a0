"""Whole pages for guests, answered from memory before any other work is done.

A page is kept per address and look. It is made from a request of our own that carries nothing but those two, so what a
visitor sends (headers, cookies, forwarded names) cannot get into what others see; and as nobody is signed in in it, no
member's page can be kept. Views opt in with `shows(...)`; what they show, as tags, decides when the copy is dropped.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, cast

from flask import has_request_context, request

from app.kernel.cache.copies import Copies
from app.kernel.cache.lanes import Full, Lane
from app.kernel.db import has_replica, reading_replica

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]

SHARING = "stoa.sharing"
# A page whose time is over still stands in when the site is too busy to make a new one, or its database is away.
LATE_SECONDS = 300.0
TURN_SECONDS = 1.0  # how long others wait for the one who makes a page
GZIP_LEVEL = 6
# A page that changed a moment ago may have been read from a replica that does not know yet: it is soon made again.
REPLICA_BEHIND_SECONDS, REPLICA_KEPT_SECONDS = 10.0, 1.0
KEPT_HEADERS = frozenset({"cache-control", "vary", "last-modified", "link", "x-robots-tag"})
# What other sites put behind an address to follow people about; pages never read it.
TRACKING = re.compile(r"(?:&?(?:utm_[a-z_]+|fbclid|gclid|msclkid|mc_[a-z]+)=[^&]*)+")
COPIED = (
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "wsgi.version",
    "wsgi.errors",
    "wsgi.multithread",
    "wsgi.multiprocess",
    "wsgi.run_once",
)


@dataclass
class Sharing:
    """What a view says of the page it makes for everyone."""

    tags: set[str] = field(default_factory=set)
    seconds: float = 0.0
    on_view: Callable[[], None] | None = None


def shows(*tags: str, seconds: float, on_view: Callable[[], None] | None = None) -> None:
    """Called by a view: the page of the running request is the same for every guest of the same look and may be kept
    for at most `seconds`, or until one of the tags changes. `on_view` is called each time the copy is shown.
    """
    sharing = request.environ.get(SHARING) if has_request_context() else None
    if sharing is not None:
        sharing.tags.update(tags)
        sharing.seconds, sharing.on_view = seconds, on_view


class SharedPage:
    """One page, packed, with its headers ready for every way it is asked for."""

    def __init__(self, headers: Headers, body: bytes, on_view: Callable[[], None] | None) -> None:
        self.packed = gzip.compress(body, GZIP_LEVEL, mtime=0)
        self.on_view = on_view
        mark = hashlib.sha256(body).hexdigest()[:20]
        shared = [(name, value) for name, value in headers if name.lower() not in {"content-length", "vary", "etag"}]
        shared.append(("Vary", "Cookie, Accept-Encoding"))
        self.plain_tag, self.packed_tag = f'"{mark}"', f'"{mark}-gz"'
        self.plain_headers = [*shared, ("ETag", self.plain_tag), ("Content-Length", str(len(body)))]
        self.packed_headers = [
            *shared,
            ("ETag", self.packed_tag),
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(self.packed))),
        ]
        kept = [(name, value) for name, value in shared if name.lower() in KEPT_HEADERS]
        self.plain_unchanged = [*kept, ("ETag", self.plain_tag)]
        self.packed_unchanged = [*kept, ("ETag", self.packed_tag)]
        self.modified = next((value for name, value in headers if name.lower() == "last-modified"), None)

    @property
    def size(self) -> int:
        """Bytes held."""
        return len(self.packed) + 3000

    def answer(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """The page as this request wants it, or word that the browser has it already (RFC 9110, section 13)."""
        packs = accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if self._is_known(environ, self.packed_tag if packs else self.plain_tag):
            start("304 Not Modified", self.packed_unchanged if packs else self.plain_unchanged)
            return ()
        start("200 OK", self.packed_headers if packs else self.plain_headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return ()
        return (self.packed,) if packs else (zlib.decompress(self.packed, wbits=31),)

    def _is_known(self, environ: Environ, tag: str) -> bool:
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None:
            return known == tag or matches(known, tag)
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        return since is not None and self.modified is not None and not is_newer(self.modified, since)


def matches(wanted: str, tag: str) -> bool:
    """If-None-Match: `*`, or a list that holds the tag by weak comparison (RFC 9110, section 13.1.2)."""
    if wanted.strip() == "*":
        return True
    return tag in re.findall(r'"[^"]*"', wanted[:2000])


def is_newer(modified: str, since: str) -> bool:
    """Whether something modified then was modified after `since`; a date that is none counts as long ago."""
    if modified == since:
        return False
    try:
        return parsedate_to_datetime(modified) > parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return True


@lru_cache(maxsize=256)
def accepts_gzip(header: str) -> bool:
    """Accept-Encoding, with its weights (RFC 9110, section 12.5.3): gzip named, or anything, and not refused."""
    weights = {}
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return weights.get("gzip", weights.get("*", False))


class Turns:
    """One maker per page: others who want the same wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[object, tuple[threading.Lock, int]] = {}

    @contextmanager
    def turn(self, key: object) -> Iterator[None]:
        """Hold the page's turn for the length of the block. Raises Full when it does not come in time."""
        with self._lock:
            mine, waiting = self._turns.get(key, (threading.Lock(), 0))
            self._turns[key] = mine, waiting + 1
        is_mine = mine.acquire(timeout=TURN_SECONDS)
        try:
            if not is_mine:
                raise Full
            yield
        finally:
            if is_mine:
                mine.release()
            with self._lock:
                mine, waiting = self._turns[key]
                if waiting == 1:
                    del self._turns[key]
                else:
                    self._turns[key] = mine, waiting - 1


class GuestPages:
    """The pages of `app` that all guests share: GET and HEAD of `addresses` without a query, from visitors whose cookies
    `look_of` reads as a guest's. Everything else is the application's to answer, untouched.
    """

    def __init__(
        self,
        app: Wsgi,
        *,
        addresses: re.Pattern[str],
        look_of: Callable[[str], str | None],
        origin: tuple[str, str],
        max_bytes: int,
    ) -> None:
        self.app = app
        self.copies: Copies[tuple[str, str], SharedPage] = Copies(max_bytes)
        self._addresses = addresses
        self._look_of = look_of
        self._scheme, self._host = origin
        self._turns = Turns()

    def key_of(self, environ: Environ) -> tuple[str, str] | None:
        """Address and look (the cookie that says so), if the request is one for a page all guests share."""
        query = environ.get("QUERY_STRING")
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or (query and not TRACKING.fullmatch(query)):
            return None
        look = self._look_of(environ.get("HTTP_COOKIE", ""))
        return None if look is None else (environ.get("PATH_INFO", "/"), look)

    def find(self, environ: Environ) -> SharedPage | None:
        """The kept page that answers this request."""
        key = self.key_of(environ)
        page = self.copies.get(key) if key is not None else None
        if page is not None and page.on_view is not None and environ["REQUEST_METHOD"] == "GET":
            page.on_view()
        return page

    def find_late(self, environ: Environ) -> SharedPage | None:
        """The same, though its time may be over."""
        key = self.key_of(environ)
        return self.copies.get_late(key, LATE_SECONDS) if key is not None else None

    def make(self, environ: Environ, start: Start, lane: Lane) -> Iterable[bytes]:
        """Let the application answer, in a place of the lane, and keep the answer if it is everyone's; those who want the
        same page meanwhile wait for it and take no place. Raises Full.
        """
        key = self.key_of(environ)
        if key is None or not self.copies.max_bytes or not self._addresses.fullmatch(key[0]):
            with lane.enter():
                return self.app(environ, start)
        with self._turns.turn(key):
            page = self.find(environ)
            if page is not None:
                return page.answer(environ, start)
            with lane.enter():
                return self._render(environ, key)(environ, start)

    def _render(self, environ: Environ, key: tuple[str, str]) -> Wsgi:
        sharing, since = Sharing(), self.copies.moment()
        with reading_replica():
            status, headers, body = _collect(self.app, self._own_request(environ, key, sharing))
        late = self.copies.get_late(key, LATE_SECONDS) if status.startswith("503 ") else None
        if late is not None:
            return late.answer
        names = {name.lower() for name, _ in headers}
        if not status.startswith("200 ") or not sharing.tags or names & {"set-cookie", "content-encoding"}:
            return _Answer(status, headers, body) if status.startswith(("301 ", "404 ")) else self.app
        page = SharedPage(headers, body, sharing.on_view)
        seconds = sharing.seconds
        if has_replica() and self.copies.was_dropped_within(REPLICA_BEHIND_SECONDS, sharing.tags):
            seconds = min(seconds, REPLICA_KEPT_SECONDS)
        self.copies.keep(key, page, tags=sharing.tags, size=page.size, seconds=seconds, since=since)
        return page.answer

    def _own_request(self, environ: Environ, key: tuple[str, str], sharing: Sharing) -> Environ:
        path, look = key
        return {name: environ[name] for name in COPIED if name in environ} | {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "REMOTE_ADDR": "",
            "HTTP_HOST": self._host,
            "HTTP_COOKIE": look,
            "wsgi.url_scheme": self._scheme,
            "wsgi.input": io.BytesIO(),
            SHARING: sharing,
        }


@dataclass(frozen=True)
class _Answer:
    """An answer for one visitor that was made from our own request."""

    status: str
    headers: Headers
    body: bytes

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        start(self.status, self.headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (self.body,)


def _collect(app: Wsgi, environ: Environ) -> tuple[str, Headers, bytes]:
    said: list[Any] = []

    def start(status: str, headers: Headers, _error: object = None) -> Callable[[bytes], object]:
        said[:] = [status, headers]
        return lambda _data: None

    parts = app(environ, start)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return cast("str", said[0]), cast("Headers", said[1]), body
