"""The words a seeded site is made of: names, titles, places, and made-up words of every rarity."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from app.features.accounts import names

_FILE = Path(__file__).with_name("words.toml")


def read_words() -> Mapping[str, Any]:
    """The file of words: texts of one word or phrase each are split into lists."""
    words = tomllib.loads(_FILE.read_text("utf-8"))
    for name in ("first_names", "last_names", "onsets", "vowels", "ends"):
        words[name] = words[name].split()
    for name in ("places", "things", "titles", "remarks"):
        words[name] = [phrase.strip() for phrase in re.split(r"[|\n]", words[name]) if phrase.strip()]
    words["posts"] = [text.strip() for text in words["posts"]]
    return words


def made_up_words(words: Mapping[str, Any], count: int, chance: Random) -> list[str]:
    """Words no language has, such as "Drounast", all different."""
    made: dict[str, None] = {}
    while len(made) < count:
        syllables = range(chance.choice((1, 2, 2, 3)))
        stem = "".join(chance.choice(words["onsets"]) + chance.choice(words["vowels"]) for _ in syllables)
        made[f"{stem}{chance.choice(words['ends'])}".capitalize()] = None
    return list(made)


def member_names(words: Mapping[str, Any], chance: Random) -> Iterator[tuple[str, str]]:
    """Names, each with its key, without end: no two look alike."""
    taken: set[str] = set()
    while True:
        name = _name(words, chance)
        key = names.fold(name)
        if key not in taken and not names.is_reserved(name):
            taken.add(key)
            yield name, key


def _name(words: Mapping[str, Any], chance: Random) -> str:
    first, last = chance.choice(words["first_names"]), chance.choice(words["last_names"])
    drawn = chance.random()
    if drawn < 0.45:
        return f"{first} {last}"
    if drawn < 0.6:
        return f"{first.lower()}_{last.lower()}"
    if drawn < 0.8:
        return f"{first}{chance.randint(2, 9999)}"
    return f"{first}.{last}{chance.randint(2, 99)}"


def title(words: Mapping[str, Any], rare: str, chance: Random) -> str:
    made: str = chance.choice(words["titles"]).format(
        thing=chance.choice(words["things"]),
        other=chance.choice(words["things"]),
        place=chance.choice(words["places"]),
        word=rare,
        number=chance.randint(2, 28),
    )
    return made[0].upper() + made[1:]
