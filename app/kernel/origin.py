"""Refuses state changes that another site's page started. Needs no token, so guest pages can be the same for all.

After the Fetch Metadata and Origin headers (W3C Fetch Metadata Request Headers; RFC 6454).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

from app.kernel.errors import Foreign
from app.kernel.words import lazy_gettext as _

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def check_origin(request: Request, site_url: str | None) -> None:
    """Pass requests that change nothing or come from the site's own pages. Raises Foreign on others.

    Without either header only a request without cookies passes: a program, which no browser was tricked into.
    """
    if request.method in SAFE_METHODS:
        return
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        allowed = fetch_site in {"same-origin", "none"}
    elif (origin := request.headers.get("Origin")) is not None:
        own = urlsplit(site_url or request.host_url)
        allowed = origin == f"{own.scheme}://{own.netloc}"
    else:
        allowed = not request.cookies
    if not allowed:
        raise Foreign(_("This came from another site's page, so it was not done. Please try again from here."))
