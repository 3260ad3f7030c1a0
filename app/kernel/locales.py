"""The languages the site speaks and the time zones it knows."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache
from pathlib import Path

from babel import Locale
from flask import current_app

_PLACES = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@lru_cache(maxsize=1)
def languages() -> dict[str, str]:
    """Language codes the site speaks, with their own names."""
    folder = Path(current_app.config["BABEL_TRANSLATION_DIRECTORIES"])
    found = ["en", *sorted(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/messages.mo"))]
    return {code: (Locale.parse(code).get_display_name(code) or code).capitalize() for code in found}


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """Names of the time zones people choose from: UTC, then places by continent (IANA time zone database)."""
    return ("UTC", *sorted(name for name in zoneinfo.available_timezones() if name.startswith(_PLACES)))
