"""Translation without a web framework: what policies, forms and models use to say something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from gettext import NullTranslations
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import flask_babel
from babel.numbers import format_decimal
from flask import g, has_request_context
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Voice:
    """All that decides how something is said: a language, its words, and the time zone of whoever listens."""

    language: str
    words: NullTranslations
    zone: tzinfo


PLAIN = Voice("en", NullTranslations(), UTC)


def voice() -> Voice:
    """How the running request speaks, found out once; the code's own words outside of one."""
    if not has_request_context():
        return PLAIN
    found = g.get("voice")
    if found is None:
        found = g.voice = Voice(language(), flask_babel.get_translations(), _zone(str(flask_babel.get_timezone())))
    return cast("Voice", found)


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def language() -> str:
    """The code of the language of the running request, "en" outside of one."""
    return str(flask_babel.get_locale() or "en")


def catalogue() -> NullTranslations:
    """The words of the running request's language."""
    return voice().words


def gettext(message: str, **values: object) -> str:
    """The message in the language of the running request, in English outside of one."""
    found = catalogue().gettext(message)
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The form of the message that fits the number, in the language of the running request."""
    return catalogue().ngettext(singular, plural, num) % {"num": num, **values}


def figures(number: float) -> str:
    """A number as the language of the running request writes it: 4,000 or 4.000."""
    if isinstance(number, int) and 0 <= number < 1000:
        return str(number)  # no language groups or parts these
    return _figures(number, voice().language)


@lru_cache(maxsize=20_000)
def _figures(number: float, locale: str) -> str:
    return format_decimal(number, locale=locale)


def lazy_gettext(message: str, **values: object) -> LazyString:
    """A message that is translated when it is shown."""
    return LazyString(gettext, message, **values)
