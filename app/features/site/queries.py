"""Settings in force, and copies that know when they are old."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from app.features.site.models import Setting, SiteVersion
from app.kernel.db import session

T = TypeVar("T")

CHANGING = -1


@dataclass(frozen=True)
class SiteSettings:
    """What administrators edit at run time, with the values of a new site."""

    name: str = "Stoa"
    description: str = ""
    announcement: str = ""
    announcement_html: str = ""
    posts_per_page: int = 25
    topics_per_page: int = 25
    presence_minutes: int = 30
    registration_is_open: bool = True
    contact_email: str = ""
    rules: str = ""
    rules_html: str = ""
    privacy: str = ""
    privacy_html: str = ""
    default_locale: str = "en"
    time_zone: str = "UTC"


# The version this request (or job) works with: None until read, CHANGING once it changed something itself.
_version: ContextVar[int | None] = ContextVar("site_version", default=None)
_copies: list[Versioned[Any]] = []
_VERSION = sa.select(SiteVersion.__table__.c.version)


class Versioned(Generic[T]):
    """A copy of rows that change seldom, loaded again when the site's version has moved on."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._held: tuple[int, T] | None = None
        _copies.append(self)

    def get(self) -> T:
        wanted = version()
        held = self._held
        if held is not None and held[0] == wanted:
            return held[1]
        value = self._load()
        if wanted != CHANGING:
            self._held = (wanted, value)
        return value

    def peek(self) -> T | None:
        """The copy this process holds, as old as it may be; asks nothing of the database."""
        return self._held[1] if self._held is not None else None

    def forget(self) -> None:
        self._held = None


def version() -> int:
    found = _version.get()
    if found is None:
        found = session.execute(_VERSION).scalar_one()
        _version.set(found)
    return found


def use_version(known: int | None) -> None:
    """Tell this context the version someone has just read; None forgets it."""
    _version.set(known)


def forget_copies() -> None:
    for copy in _copies:
        copy.forget()


def _load_settings() -> SiteSettings:
    stored = {row.name: row.value for row in session.scalars(sa.select(Setting))}
    known = {f.name for f in fields(SiteSettings)}
    return SiteSettings(**{name: value for name, value in stored.items() if name in known})


_settings = Versioned(_load_settings)


def settings() -> SiteSettings:
    return _settings.get()


def _load_counts_as_read() -> int:
    return session.scalars(sa.select(SiteVersion.read_up_to_post_id)).one()


_counts_as_read = Versioned(_load_counts_as_read)


def counts_as_read() -> int:
    """The id up to which every post is so old that it counts as read by everyone."""
    return _counts_as_read.get()


def settings_last_seen() -> SiteSettings | None:
    """The settings as this process last read them, without asking again; None before it did."""
    return _settings.peek()
