"""Times and numbers as people read them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date, format_skeleton, format_time
from markupsafe import Markup, escape

from app.kernel.clock import now
from app.kernel.words import Voice, figures, voice

# Days and times of day come again and again, so what they are called is kept.
_KEPT = 20_000


def moment(at: datetime | None, style: str = "near") -> Markup:
    """A <time> element in the viewer's zone: "near" says "2 hours ago" where that helps, "full" day and time."""
    if at is None:
        return Markup("")
    speaker, current = voice(), now()
    full = say_full(at, speaker, current)
    if style == "full":
        return _element(at, full)
    return _element(at, say_near(at, speaker, current), title=full)


def day(at: datetime | None) -> Markup:
    if at is None:
        return Markup("")
    speaker = voice()
    return _element(at, _say_day(at.astimezone(speaker.zone), speaker, now()))


def say_near(at: datetime, speaker: Voice, current: datetime) -> str:
    words = speaker.words
    age = current - at
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return words.gettext("just now")
    if minutes < 60:
        return words.ngettext("%(num)d minute ago", "%(num)d minutes ago", minutes) % {"num": minutes}
    local, today = at.astimezone(speaker.zone), current.astimezone(speaker.zone).date()
    if local.date() == today:
        hours = minutes // 60
        return words.ngettext("%(num)d hour ago", "%(num)d hours ago", hours) % {"num": hours}
    if local.date() == today - timedelta(days=1):
        return words.gettext("yesterday at %(time)s") % {"time": _say_time(local, speaker)}
    if age < timedelta(days=6):
        weekday = _weekday(local.date(), speaker.language)
        return words.gettext("%(weekday)s at %(time)s") % {"weekday": weekday, "time": _say_time(local, speaker)}
    return _say_day(local, speaker, current)


def say_full(at: datetime, speaker: Voice, current: datetime) -> str:
    local = at.astimezone(speaker.zone)
    said = {"day": _say_day(local, speaker, current), "time": _say_time(local, speaker)}
    return speaker.words.gettext("%(day)s at %(time)s") % said


def _element(at: datetime, words: str, title: str = "") -> Markup:
    stamp = at.replace(microsecond=0, tzinfo=None).isoformat()
    titled = f' title="{escape(title)}"' if title else ""
    return Markup(f'<time datetime="{stamp}Z"{titled}>{escape(words)}</time>')  # noqa: S704  (escaped right here)


def _say_day(local: datetime, speaker: Voice, current: datetime) -> str:
    is_this_year = local.year == current.astimezone(speaker.zone).year
    return (_day if is_this_year else _day_and_year)(local.date(), speaker.language)


def _say_time(local: datetime, speaker: Voice) -> str:
    return _time_of_day(local.hour, local.minute, speaker.language)


@lru_cache(maxsize=_KEPT)
def _day(at: date, locale: str) -> str:
    return format_skeleton("MMMMd", datetime.combine(at, time()), locale=locale)


@lru_cache(maxsize=_KEPT)
def _day_and_year(at: date, locale: str) -> str:
    return format_date(at, "long", locale=locale)


@lru_cache(maxsize=_KEPT)
def _weekday(at: date, locale: str) -> str:
    return format_date(at, "EEEE", locale=locale)


@lru_cache(maxsize=_KEPT)
def _time_of_day(hour: int, minute: int, locale: str) -> str:
    return format_time(time(hour, minute), "short", locale=locale)


def number(value: float) -> str:
    return figures(value)


def short_number(value: int) -> str:
    """At most four characters or so: 9,740 then 88.1k then 1.2M."""
    if value < 10_000:
        return number(value)
    if value < 1_000_000:
        return f"{number(round(value / 1000, 1))}k"
    return f"{number(round(value / 1_000_000, 1))}M"


def stat(text: str) -> Markup:
    """A counted noun with its number set apart: "9,740 posts" with the digits in <b>."""
    return Markup(re.sub(r"([\d.,\u00a0\u202f]*\d[\d.,kM]*)", r"<b>\1</b>", str(escape(text)), count=1))  # noqa: S704
