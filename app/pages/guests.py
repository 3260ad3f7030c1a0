"""What all guests share: which pages, in which looks, and what a guest is told when there are too many."""

from __future__ import annotations

import contextvars
import re
from dataclasses import replace
from functools import lru_cache

from flask import Flask
from werkzeug.http import parse_cookie

from app.features.accounts.preferences import look_from_cookie, look_to_cookie
from app.features.accounts.sign_in import PREFERENCES_COOKIE
from app.features.site.queries import settings_last_seen
from app.kernel.errors import Busy
from app.kernel.locales import languages
from app.kernel.secret import secret_key
from app.pages.chrome import DISMISSED_COOKIE, announcement_key
from app.pages.errors import show_refusal

PAGES = re.compile(
    r"/|/activity/|/profile/\d{1,10}[^/]{0,300}/|/(?:board|topic)/\d{1,10}[^/]{0,300}/(?:page/\d{1,10}/)?"
    r"|/sitemap(?:-boards|-latest|-topics-\d{1,6})?\.xml"
)
FREE = re.compile(r"/static/|/healthz$|/readyz$|/robots\.txt$")
FORMS = re.compile(r"/sign-in/|/register/")

# How old "Recently Browsing", counts of views and "3 minutes ago" may be for guests; all else is never old.
SHARED_SECONDS = 15.0

# Cookies with which a page is somebody's own: a sign-in, and a word from the page before.
_OWN = re.compile(r"sid=|flash=")
_SEALED = re.compile(r"(?:^|;)\s*(?:__Host-)?sid=\"?([A-Za-z0-9_.-]{40,100})")


def look_of(cookies: str) -> str | None:
    """The look a Cookie header asks for, as the shortest header that asks for it; None when it may be more than a guest's."""
    if not cookies:
        return ""
    if _OWN.search(cookies):
        return None
    if PREFERENCES_COOKIE not in cookies and DISMISSED_COOKIE not in cookies:
        return ""
    wanted, dismissed = _read(cookies) if len(cookies) < 4000 else ("", "")
    site = settings_last_seen()
    hides = bool(site and site.announcement_html and dismissed == announcement_key(site))
    return _look(wanted, dismissed if hides else "")


@lru_cache(maxsize=1000)
def _read(cookies: str) -> tuple[str, str]:
    found = parse_cookie(cookies)
    preferences = look_from_cookie(found.get(PREFERENCES_COOKIE))
    if preferences.locale not in languages():
        preferences = replace(preferences, locale="")
    return look_to_cookie(preferences), found.get(DISMISSED_COOKIE, "")


def _look(wanted: str, dismissed: str) -> str:
    parts = [f"{PREFERENCES_COOKIE}={wanted}"] if wanted else []
    parts += [f"{DISMISSED_COOKIE}={dismissed}"] if dismissed else []
    return "; ".join(parts)


def is_member(cookies: str) -> bool:
    """Whether a Cookie header holds a sign-in of this site's making; if it still holds good is found out later."""
    found = _SEALED.search(cookies)
    return found is not None and secret_key.is_sealed(found[1])


def busy_page(app: Flask) -> bytes:
    """The page for guests who come when there are too many."""

    def make() -> bytes:
        with app.test_request_context("/"):
            return bytes(show_refusal(Busy()).get_data())

    return contextvars.copy_context().run(make)
