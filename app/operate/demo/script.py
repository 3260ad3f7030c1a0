"""Reads what the demo's members say. The format of content/talk/*.md:

= A topic's title
at: 24d..9m                first and last post: days, hours or minutes ago
views: 5216
rated: 5 4 4               stars by different members
pinned | locked | featured
hidden: a moderator's reason
moved from: Another Board
@Name                      a post begins; or "@Name recommended: note", "@Name hidden: reason"
Markdown. {{quote 3}} quotes the third post of the topic, {{quote 3: its words}} a part of it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

CONTENT = Path(__file__).parent / "content"

_POST = re.compile(r"@(.+?)(?: (recommended|hidden): (.+))?$")
_AGE = re.compile(r"(\d+)([mhd])$")
_QUOTE = re.compile(r"\{\{quote (\d+)(?:: (.+?))?\}\}")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass
class Line:
    """One post: who says it, how long ago, and what moderators did to it."""

    name: str
    source: str
    note: str = ""
    is_recommended: bool = False
    is_hidden: bool = False
    age: timedelta = timedelta(0)


@dataclass
class Talk:
    """One topic."""

    title: str
    board: str
    started: timedelta = timedelta(0)
    ended: timedelta = timedelta(0)
    views: int = 0
    stars: list[int] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    hidden_because: str = ""
    moved_from: str = ""
    lines: list[Line] = field(default_factory=list)


def read_places() -> dict[str, Any]:
    return tomllib.loads((CONTENT / "places.toml").read_text("utf-8"))


def read_people() -> list[dict[str, str]]:
    people: list[dict[str, str]] = tomllib.loads((CONTENT / "people.toml").read_text("utf-8"))["person"]
    return people


def read_talk(name: str, board: str) -> list[Talk]:
    """The topics of one file, each post with its time."""
    text = (CONTENT / "talk" / f"{name}.md").read_text("utf-8")
    return [_read_topic(part, board) for part in re.split(r"^= ", text, flags=re.MULTILINE) if part.strip()]


def age(words: str) -> timedelta:
    """How long "3h", "12d" or "9m" is."""
    found = _AGE.match(words)
    if found is None:
        raise ValueError(words)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def quotes_in(source: str) -> list[re.Match[str]]:
    """The quotations a post asks for: number of the post, and its words or None for all of them."""
    return list(_QUOTE.finditer(source))


def _read_topic(part: str, board: str) -> Talk:
    head, *posts = re.split(r"^(?=@)", part, flags=re.MULTILINE)
    title, *settings = head.strip().splitlines()
    talk = Talk(title=title, board=board)
    for setting in settings:
        _set(talk, *[word.strip() for word in setting.partition(":")[::2]])
    for post in posts:
        first, _, body = post.partition("\n")
        found = _POST.match(first.strip())
        assert found is not None, first
        line = Line(found[1], body.strip("\n"), found[3] or "", found[2] == "recommended", found[2] == "hidden")
        talk.lines.append(line)
    _spread(talk)
    return talk


def _set(talk: Talk, name: str, value: str) -> None:
    if name == "at":
        first, _, last = value.partition("..")
        talk.started, talk.ended = age(first), age(last)
    elif name == "views":
        talk.views = int(value)
    elif name == "rated":
        talk.stars = [int(star) for star in value.split()]
    elif name == "hidden":
        talk.hidden_because = value
    elif name == "moved from":
        talk.moved_from = value
    elif name in {"pinned", "locked", "featured"}:
        talk.flags.add(name)
    else:
        raise ValueError(name)


def _spread(talk: Talk) -> None:
    """Give posts their times: close together at first, further apart later, the same on every machine."""
    chance = Random(talk.title)  # noqa: S311  # not a secret
    last = len(talk.lines) - 1
    for number, line in enumerate(talk.lines):
        if number in {0, last}:
            line.age = talk.started if number == 0 else talk.ended
            continue
        share = ((number + chance.uniform(-0.45, 0.45)) / last) ** 1.5
        line.age = talk.started + (talk.ended - talk.started) * share
