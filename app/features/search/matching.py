"""A query in the words of the databases: FTS5's on SQLite, tsquery on PostgreSQL. Both hold the same tokens.

What is no word of a text is told apart by its first sign, which no word has: `~ferri` a stem, `=ferry` a word of a
title, `=~ferri` the stem of one, `a:7` the author, `t:42` the topic, `b:3` the board.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.features.search.analysis import Word, words
from app.features.search.asking import Query, Term

USUAL_LENGTH = 500  # characters of a post's tokens
STEM_WEIGHT, TITLE_WEIGHT = 0.5, 1.0

_GAP = ":"  # between a title and a text, so that no phrase runs from one into the other


@dataclass(frozen=True)
class Phrase:
    """Tokens one after the other; `is_open` when the last may go on."""

    tokens: tuple[str, ...]
    is_open: bool = False


@dataclass(frozen=True)
class Wanted:
    """One phrase of each group must be there, none of `without` may. What is in titles makes a post rank higher, as
    does what is there often, in the very form that was looked for.
    """

    groups: Sequence[Sequence[Phrase]]
    without: Sequence[Phrase] = ()
    forms: Sequence[Phrase] = ()
    in_titles: Sequence[Phrase] = ()


@dataclass(frozen=True)
class Narrowed:
    """Where to look; None for everywhere, or by anybody."""

    board_ids: frozenset[int] | None = None
    topic_id: int | None = None
    author_id: int | None = None
    only_titles: bool = False


def tokens_of(title: str, text: str, language: str, *, author_id: int, topic_id: int, board_id: int) -> list[str]:
    """What the index holds of a post, in order; `title` is its topic's when the post opens it."""
    titled, written = words(title, language), words(text, language)
    found = [*_parts(titled), _GAP, *_parts(written), _GAP, *(f"={part}" for part in _parts(titled)), _GAP]
    anywhere = dict.fromkeys(word.stem for word in (*titled, *written))
    found += [f"~{stem}" for stem in anywhere if stem]
    found += [f"=~{stem}" for stem in dict.fromkeys(word.stem for word in titled) if stem]
    found += dict.fromkeys(word.extra for word in (*titled, *written) if word.extra)
    found += [f"={extra}" for extra in dict.fromkeys(word.extra for word in titled) if extra]
    return [*found, f"a:{author_id}", f"t:{topic_id}", f"b:{board_id}"]


def _parts(found: Sequence[Word]) -> list[str]:
    return [part for word in found for part in word.parts]


def wanted(query: Query, narrowed: Narrowed) -> Wanted:
    """What must be in the index for a post to be found."""
    forms = _title_forms if narrowed.only_titles else _forms
    groups = [[form for term in group for form in forms(term)] for group in query.groups]
    groups += [[Phrase((mark,))] for mark in _marks(narrowed)]
    if narrowed.board_ids is not None:
        groups.append([Phrase((f"b:{board_id}",)) for board_id in sorted(narrowed.board_ids)])
    return Wanted(
        groups,
        without=[form for term in query.without for form in forms(term)],
        forms=[form for term in query.wanted for form in _forms(term)],
        in_titles=[form for term in query.wanted for form in _title_forms(term)],
    )


def _marks(narrowed: Narrowed) -> list[str]:
    author = [] if narrowed.author_id is None else [f"a:{narrowed.author_id}"]
    return author if narrowed.topic_id is None else [*author, f"t:{narrowed.topic_id}"]


def _forms(term: Term) -> list[Phrase]:
    """The stem finds every inflection; the word as written finds it where accents were left out, and ranks first."""
    found = [Phrase((f"~{term.stem}",))] if term.stem else []
    return [*found, Phrase(term.parts, is_open=term.is_open)]


def _title_forms(term: Term) -> list[Phrase]:
    found = [Phrase((f"=~{term.stem}",))] if term.stem else []
    return [*found, Phrase(tuple(f"={part}" for part in term.parts), is_open=term.is_open)]


def fts5(asked: Wanted) -> str:
    """The query for SQLite. Raises ValueError when nothing is wanted, which its language cannot say."""
    found = _all(asked, _fts5_phrase, " AND ", " OR ")
    if asked.without:
        return f"({found}) NOT {_any(asked.without, _fts5_phrase, ' OR ')}"
    return found


def tsquery(asked: Wanted) -> str:
    """The query for PostgreSQL. Raises ValueError when nothing is wanted."""
    found = _all(asked, _tsquery_phrase, " & ", " | ")
    if asked.without:
        return f"{found} & !{_any(asked.without, _tsquery_phrase, ' | ')}"
    return found


def tsquery_of_rank(asked: Wanted) -> str:
    """What PostgreSQL ranks by: the more of it, the better; titles weigh most in `tsvector`."""
    return _any([*asked.forms, *asked.in_titles], _tsquery_phrase, " | ") if asked.forms else tsquery(asked)


def rank_of(asked: Wanted) -> Callable[[str], float]:
    """What SQLite ranks by, from an entry's tokens; lower is better. FTS5's own rank counts every post that has a word,
    which for a common one takes longer than all the rest.
    """
    stems = [_spaced(phrase) for phrase in asked.forms if phrase.tokens[0][0] == "~"]
    forms = [_spaced(phrase) for phrase in asked.forms if phrase.tokens[0][0] != "~"]
    titles = [_spaced(phrase) for phrase in asked.in_titles]

    def rank(tokens: str) -> float:
        spaced = f" {tokens} "
        often_enough = 0.3 + len(tokens) / USUAL_LENGTH
        found = 0.0
        for stem in stems:
            if stem in spaced:
                found += STEM_WEIGHT
        for form in forms:
            if count := spaced.count(form):
                found += count / (count + often_enough)
        for title in titles:
            if title in spaced:
                found += TITLE_WEIGHT
        return -found

    return rank


def tsvector(tokens: Sequence[str]) -> str:
    """The tokens for PostgreSQL, in its own notation, so that no parser of its takes them apart. Titles weigh most."""
    places: dict[str, list[str]] = {}
    for at, token in enumerate(tokens, start=1):
        places.setdefault(token, []).append(f"{at}A" if token[0] == "=" else f"{at}")
    return " ".join(f"{_quoted(token)}:{','.join(found[:200])}" for token, found in places.items())


def _all(asked: Wanted, write: Callable[[Phrase], str], both: str, either: str) -> str:
    if not asked.groups:
        raise ValueError("nothing is wanted")
    return both.join(_any(group, write, either) for group in asked.groups)


def _any(phrases: Sequence[Phrase], write: Callable[[Phrase], str], either: str) -> str:
    return f"({either.join(map(write, phrases))})"


def _spaced(phrase: Phrase) -> str:
    return f" {' '.join(phrase.tokens)}{'' if phrase.is_open else ' '}"


def _fts5_phrase(phrase: Phrase) -> str:
    quoted = " ".join(phrase.tokens).replace('"', '""')
    return f'"{quoted}" *' if phrase.is_open else f'"{quoted}"'


def _tsquery_phrase(phrase: Phrase) -> str:
    *first, last = map(_quoted, phrase.tokens)
    return f"({' <-> '.join([*first, f'{last}:*' if phrase.is_open else last])})"


def _quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
