"""How a member wants the site to look and behave; guests keep the look in a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

LOOK_CHOICES: Mapping[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "contrast": ("auto", "standard", "more"),
    "accent": ("aegean", "olive", "clay", "fig", "marble"),
    "text": ("standard", "large"),
    "face": ("sans", "serif"),
}
FREQUENCIES = ("immediate", "daily", "weekly", "none")
TOPIC_LINKS = ("start", "unread")


@dataclass(frozen=True)
class Preferences:
    theme: str = "auto"
    contrast: str = "auto"
    accent: str = "aegean"
    text: str = "standard"
    face: str = "sans"
    locale: str = ""
    time_zone: str = ""
    follow_started: bool = True
    follow_replied: bool = True
    follow_frequency: str = "immediate"
    follow_anonymously: bool = False
    is_shown_present: bool = True
    topic_links: str = "unread"

    @property
    def look(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in LOOK_CHOICES}


def from_mapping(stored: Mapping[str, Any]) -> Preferences:
    """Preferences from stored values; what is unknown or out of range is left at its default."""
    return Preferences(**{name: value for name, value in stored.items() if _is_known(name, value)})


def _is_known(name: str, value: object) -> bool:
    choices = _CHOICES.get(name)
    return type(value) is _TYPES.get(name) and (choices is None or value in choices)


_TYPES = {field.name: type(field.default) for field in fields(Preferences)}
_CHOICES = {**LOOK_CHOICES, "follow_frequency": FREQUENCIES, "topic_links": TOPIC_LINKS}


def look_from_cookie(raw: str | None) -> Preferences:
    """A guest's look, from the `prefs` cookie: "theme=dark&accent=fig"."""
    pairs = parse_qsl((raw or "")[:200])
    return from_mapping({name: value for name, value in pairs if name in {*LOOK_CHOICES, "locale"}})


def look_to_cookie(preferences: Preferences) -> str:
    changed = {
        n: v for n, v in {**preferences.look, "locale": preferences.locale}.items() if v != getattr(Preferences(), n)
    }
    return urlencode(changed)
