"""What a person typed, understood: words that must all occur, "phrases", -without, and OR between alternatives.

Nothing typed is an error, and nothing of it reaches a database's own query language but as a quoted word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.features.search.analysis import Place, Word, places

MAX_QUERY = 200  # characters
MAX_TERMS = 12
MAX_PARTS = 32  # of one term: a long sentence in quotes, or in Chinese

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"') | {"－": "-", "−": "-", "｜": "|"})
_ITEM = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_APOSTROPHES = {"'", "’", "ʼ", "＇"}


@dataclass(frozen=True)
class Term:
    """Words that stand one after the other as written, or one word in any of its forms when it has a `stem`."""

    parts: tuple[str, ...]
    stem: str | None = None
    is_open: bool = False


@dataclass(frozen=True)
class Query:
    """Of each group one term must occur; of `without` none may. `is_cut`: more was typed than is looked for."""

    groups: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()
    is_cut: bool = False

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for group in self.groups for term in group)


def understand(typed: str, language: str) -> Query:
    """The query in what was typed; it has no groups when there is nothing to look for."""
    text = typed.translate(_QUOTES)
    groups: list[tuple[Term, ...]] = []
    without: list[Term] = []
    joins = False
    for item in _ITEM.finditer(text[:MAX_QUERY]):
        if item["word"] in {"OR", "|"} and not item["minus"]:
            joins = bool(groups)
            continue
        terms = [_phrase(item["phrase"], language)] if item["word"] is None else _word(item["word"], language)
        found = [term for term in terms if term is not None]
        if item["minus"]:
            without += found
        elif joins and found:
            groups[-1] += (found[0],)
            groups += [(term,) for term in found[1:]]
        else:
            groups += [(term,) for term in found]
        joins = False
    return _bounded(groups, without, is_cut=len(text) > MAX_QUERY)


def _bounded(groups: list[tuple[Term, ...]], without: list[Term], *, is_cut: bool) -> Query:
    kept: list[tuple[Term, ...]] = []
    left = MAX_TERMS
    for group in dict.fromkeys(groups):
        if left > 0:
            kept.append(group[:left])
        left -= len(group)
    return Query(tuple(kept), tuple(without[: max(left, 0)]), is_cut=is_cut or left < len(without))


def _word(written: str, language: str) -> Iterator[Term | None]:
    """One word, or what it is made of: e-mail and node.js are phrases, l'été and Ann's the words without the letter."""
    found = list(places(written, language))
    if len(found) > 1 and all(_between(written, pair) in _APOSTROPHES for pair in pairwise(found)):
        for place in found:
            if place.end - place.start > 1:
                yield _single(place.word)
    elif len(found) == 1:
        yield _single(found[0].word)
    else:
        yield _joined(place.word for place in found)


def _between(written: str, pair: tuple[Place, Place]) -> str:
    return written[pair[0].end : pair[1].start]


def _single(word: Word) -> Term:
    stem = None if word.is_code else word.stem
    return Term(word.parts[:MAX_PARTS], stem=stem, is_open=word.is_open)


def _phrase(quoted: str, language: str) -> Term | None:
    return _joined(place.word for place in places(quoted, language))


def _joined(found: Iterable[Word]) -> Term | None:
    parts = tuple(part for word in found for part in word.parts)
    return Term(parts[:MAX_PARTS]) if parts else None
