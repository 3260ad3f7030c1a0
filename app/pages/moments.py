"""Times and numbers as people read them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from babel.dates import format_skeleton
from flask_babel import (
    format_date,
    format_decimal,
    format_time,
    get_locale,
    to_user_timezone,
)
from markupsafe import Markup, escape

from app.kernel.clock import now
from app.kernel.words import gettext, ngettext


def moment(at: datetime | None, style: str = "near") -> Markup:
    """A <time> element in the viewer's zone: "near" says "2 hours ago" where that helps, "full" day and time."""
    if at is None:
        return Markup("")
    words = say_full(at) if style == "full" else say_near(at)
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if style == "full":
        return Markup('<time datetime="{}">{}</time>').format(stamp, words)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, say_full(at), words)


def day(at: datetime | None) -> Markup:
    if at is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(at.strftime("%Y-%m-%dT%H:%M:%SZ"), _say_day(at))


def say_near(at: datetime) -> str:
    age = now() - at
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(num)d minute ago", "%(num)d minutes ago", minutes)
    local, today = to_user_timezone(at), to_user_timezone(now())
    if local.date() == today.date():
        hours = minutes // 60
        return ngettext("%(num)d hour ago", "%(num)d hours ago", hours)
    if local.date() == today.date() - timedelta(days=1):
        return gettext("yesterday at %(time)s", time=format_time(at, "short"))
    if age < timedelta(days=6):
        return gettext("%(weekday)s at %(time)s", weekday=format_date(local, "EEEE"), time=format_time(at, "short"))
    return _say_day(at)


def say_full(at: datetime) -> str:
    return gettext("%(day)s at %(time)s", day=_say_day(at), time=format_time(at, "short"))


def _say_day(at: datetime) -> str:
    local = to_user_timezone(at)
    if local.year == to_user_timezone(now()).year:
        return str(format_skeleton("MMMMd", local, locale=get_locale() or "en"))
    return str(format_date(local, "long", rebase=False))


def number(value: int) -> str:
    return str(format_decimal(value))


def short_number(value: int) -> str:
    """At most four characters or so: 9,740 then 88.1k then 1.2M."""
    if value < 10_000:
        return number(value)
    if value < 1_000_000:
        return f"{format_decimal(round(value / 1000, 1))}k"
    return f"{format_decimal(round(value / 1_000_000, 1))}M"


def stat(text: str) -> Markup:
    """A counted noun with its number set apart: "9,740 posts" with the digits in <b>."""
    return Markup(re.sub(r"([\d.,\u00a0\u202f]*\d[\d.,kM]*)", r"<b>\1</b>", str(escape(text)), count=1))  # noqa: S704
