"""What every request meets first: kept pages for guests, then a lane to wait in or to be turned away from."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable

from app.kernel import log as logs
from app.kernel.cache.lanes import Full, Lane, members, stepping_aside
from app.kernel.cache.pages import Environ, GuestPages, Start
from app.kernel.headers import POLICIES

log = logging.getLogger(__name__)

RETRY_SECONDS = 5
WORDS_SECONDS = 10.0  # how long the page that turns guests away is kept

# One place keeps a core busy; whoever is being served there is the only one members share it with. The queue is short,
# because a thread waits in it.
GUEST_PLACES, GUEST_QUEUE, GUEST_SECONDS = 1, 3, 1.0
# Signing in, signing up and other forms of guests: a flood of readers must not keep members out.
FORM_PLACES, FORM_QUEUE, FORM_SECONDS = 2, 2, 5.0


class Front:
    """WSGI around `pages`. `is_free` names addresses that are always answered, `is_form` those where guests become
    members, `is_member` says whether a Cookie header holds a sign-in this site has made, and `busy_page` makes the page
    for those who are turned away, with the reference of the log line.
    """

    def __init__(
        self,
        pages: GuestPages,
        *,
        is_free: re.Pattern[str],
        is_form: re.Pattern[str],
        is_member: Callable[[str], bool],
        busy_page: Callable[[], bytes],
    ) -> None:
        self.pages = pages
        self._is_free, self._is_form, self._is_member = is_free, is_form, is_member
        self._guests = Lane(GUEST_PLACES, GUEST_QUEUE, GUEST_SECONDS)
        self._forms = Lane(FORM_PLACES, FORM_QUEUE, FORM_SECONDS)
        self._turned_away = _TurnedAway(busy_page)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        page = self.pages.find(environ)
        if page is not None:
            return page.answer(environ, start)
        path = environ.get("PATH_INFO", "/")
        if self._is_free.match(path):
            return self.pages.app(environ, start)
        if self._is_member(environ.get("HTTP_COOKIE", "")):
            with members.serve():
                return self.pages.app(environ, start)
        is_form = environ["REQUEST_METHOD"] == "POST" or self._is_form.match(path)
        return self._serve_guest(environ, start, self._forms if is_form else self._guests)

    def _serve_guest(self, environ: Environ, start: Start, lane: Lane) -> Iterable[bytes]:
        try:
            with stepping_aside():
                return self.pages.make(environ, start, lane)
        except Full:
            page = self.pages.find_late(environ)
            if page is not None:
                return page.answer(environ, start)
            return self._turned_away(environ, start)


class _TurnedAway:
    """The answer to whom there is no place for: made once in a while, and logged as often, with the number of them."""

    def __init__(self, make: Callable[[], bytes]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._body = b""
        self._made_at = -WORDS_SECONDS
        self._count = 0

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        self._count += 1
        self._renew()
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(self._body))),
            ("Cache-Control", "no-store"),
            ("Retry-After", str(RETRY_SECONDS)),
            *POLICIES.items(),
        ]
        start("503 Service Unavailable", headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (self._body,)

    def _renew(self) -> None:
        if time.monotonic() - self._made_at < WORDS_SECONDS or not self._lock.acquire(blocking=not self._body):
            return
        try:
            if time.monotonic() - self._made_at < WORDS_SECONDS:
                return
            logs.new_reference()
            log.warning("guests were turned away: %s since the last line", self._count)
            self._body, self._count, self._made_at = self._make(), 0, time.monotonic()
        finally:
            self._lock.release()
