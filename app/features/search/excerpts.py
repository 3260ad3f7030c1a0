"""The part of a text that shows why it was found, with the words that were looked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.features.search.analysis import Place, places
from app.features.search.asking import Query, Term

LENGTH = 260  # characters
BEFORE = 60  # of them before the first word that was looked for
LOOKED_THROUGH = 12_000
MOST_MARKS = 200


@dataclass(frozen=True)
class Piece:
    """A part of a text; `is_match` when it is what was looked for."""

    text: str
    is_match: bool


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    term: int


@dataclass(frozen=True)
class _Unit:
    """What stands in the index at one position, and where in the text."""

    part: str
    stem: str | None
    start: int
    end: int


def marked(text: str, query: Query, language: str) -> list[Piece]:
    """The whole text."""
    return _pieces(text, _hits(text, query, language), 0, len(text))


def excerpt(text: str, query: Query, language: str) -> list[Piece]:
    """About LENGTH characters around the words looked for, or from the beginning; "…" stands for the rest."""
    line = " ".join(text.split())
    hits = _hits(line[:LOOKED_THROUGH], query, language)
    start = _best_start(hits)
    start = 0 if start <= BEFORE else _after_space(line, start - BEFORE, start)
    end = len(line) if len(line) - start <= LENGTH else _before_space(line, start + LENGTH)
    found = _pieces(line, hits, start, end)
    before = [Piece("… ", is_match=False)] if start else []
    after = [Piece(" …", is_match=False)] if end < len(line) else []
    return [*before, *found, *after]


def _hits(text: str, query: Query, language: str) -> list[_Hit]:
    units = [unit for place in places(text, language) for unit in _units(place)]
    found: list[_Hit] = []
    for number, term in enumerate(query.wanted):
        found += _occurrences(units, term, number)
    return sorted(found, key=lambda hit: (hit.start, -hit.end))[:MOST_MARKS]


def _units(place: Place) -> Iterable[_Unit]:
    parts = place.word.parts
    if len(parts) == 1:
        return [_Unit(parts[0], place.word.stem, place.start, place.end)]
    return [_Unit(part, None, place.start + at, min(place.start + at + 2, place.end)) for at, part in enumerate(parts)]


def _occurrences(units: Sequence[_Unit], term: Term, number: int) -> Iterable[_Hit]:
    if len(term.parts) > 1:
        size = len(term.parts)
        parts = [unit.part for unit in units]
        for at in range(len(units) - size + 1):
            if parts[at] == term.parts[0] and tuple(parts[at : at + size]) == term.parts:
                yield _Hit(units[at].start, units[at + size - 1].end, number)
        return
    wanted = term.parts[0]
    for unit in units:
        if unit.part == wanted or (term.stem is not None and unit.stem == term.stem):
            yield _Hit(unit.start, unit.end, number)
        elif term.is_open and wanted in unit.part:
            start = unit.start + unit.part.index(wanted)
            yield _Hit(start, start + 1, number)


def _best_start(hits: Sequence[_Hit]) -> int:
    """Where the part begins that holds the most different terms."""
    best, most = 0, 0
    for at, hit in enumerate(hits):
        terms = {later.term for later in hits[at : at + 40] if later.end <= hit.start + LENGTH - BEFORE}
        if len(terms) > most:
            best, most = hit.start, len(terms)
    return best


def _after_space(line: str, start: int, limit: int) -> int:
    space = line.find(" ", start, limit)
    return start if space < 0 else space + 1


def _before_space(line: str, end: int) -> int:
    space = line.rfind(" ", end - BEFORE, end + 1)
    return end if space < 0 else space


def _pieces(text: str, hits: Sequence[_Hit], start: int, end: int) -> list[Piece]:
    bounds = [start]
    for hit in hits:
        if hit.start >= end:
            break
        if hit.start >= bounds[-1]:
            bounds += [hit.start, min(hit.end, end)]
        elif hit.end > bounds[-1] and len(bounds) > 1:
            bounds[-1] = min(hit.end, end)
    bounds.append(end)
    cut = [Piece(text[a:b], is_match=at % 2 == 1) for at, (a, b) in enumerate(pairwise(bounds))]
    return [piece for piece in cut if piece.text]
