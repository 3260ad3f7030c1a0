"""What posts say: some hundred texts, rendered once by the product's own renderer and then put together.

Only texts that stand beside any other without changing it are used, so that the HTML of every post is what the renderer
gives for its source; the tests render them again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from app.kernel import markup
from app.operate.bench.words import made_up_words
from app.operate.demo import script

VOCABULARY = 30_000
ENOUGH_FOR_EXCERPT = 400  # characters
MORE_PIECES, MORE_WEIGHTS = (0, 1, 2, 3, 5), (40, 30, 15, 10, 5)
LONG_SHARE, LONG_PIECES = 0.008, (8, 30)
REMARK_SHARE = 0.5
# Stand for what changes from post to post; nothing else in the texts looks like them.
_WORD, _PLACE, _NUMBER, _NAME, _POST = "WORD", "PLACE", "4040", "NAME", "404040"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with its HTML and its plain text."""

    source: str
    html: str
    text: str

    def replaced(self, changes: Mapping[str, str]) -> Piece:
        source, html, text = self.source, self.html, self.text
        for mark, word in changes.items():
            source, html, text = source.replace(mark, word), html.replace(mark, word), text.replace(mark, word)
        return Piece(source, html, text)


@dataclass(frozen=True, slots=True)
class Quoted:
    """The post an answer quotes: its id, its author's name and the number of its opening."""

    post_id: int
    name: str
    opening: int


class Texts:
    """Texts of posts, one after the other, all from one chance."""

    def __init__(self, words: Mapping[str, Any], chance: Random) -> None:
        sources = dict.fromkeys([*_demo_sources(), *words["posts"]])
        self._pieces = [piece for piece in map(_render, sources) if _stands_beside_any(piece)]
        self._openings = [piece for piece in self._pieces if "\n" not in piece.source]
        self._quotations: dict[int, Piece] = {}
        self._remarks = [_render(remark) for remark in words["remarks"]]
        self._places: Sequence[str] = words["places"]
        self._vocabulary = made_up_words(words, VOCABULARY, chance)
        self._chance = chance

    def rare_word(self) -> str:
        """A made-up word: a few are said often, most hardly ever."""
        return self._vocabulary[int(VOCABULARY * self._chance.random() ** 4)]

    def opening(self) -> int:
        """How a post begins: with a paragraph of one line, which answers may quote."""
        return int(self._chance.random() * len(self._openings))

    def body(self, opening: int, quoted: Quoted | None) -> Piece:
        """A whole post. Of its plain text there is as much as its excerpt needs."""
        chance = self._chance
        parts = [self._openings[opening]]
        if chance.random() < LONG_SHARE:
            parts += chance.choices(self._pieces, k=chance.randint(*LONG_PIECES))
        else:
            parts += chance.choices(self._pieces, k=chance.choices(MORE_PIECES, MORE_WEIGHTS)[0])
        if chance.random() < REMARK_SHARE:
            parts.append(self._remark())
        text = _beginning(parts)
        if quoted is not None:
            parts.insert(0, self._quotation(quoted))
        return Piece("\n\n".join([part.source for part in parts]), "".join([part.html for part in parts]), text)

    def _remark(self) -> Piece:
        return self._chance.choice(self._remarks).replaced(
            {
                _WORD: self.rare_word(),
                _PLACE: self._chance.choice(self._places),
                _NUMBER: str(self._chance.randint(2, 9_999)),
            }
        )

    def _quotation(self, quoted: Quoted) -> Piece:
        if quoted.opening not in self._quotations:
            said = self._openings[quoted.opening].source
            self._quotations[quoted.opening] = _render(markup.quote(said, f"{_NAME} wrote", f"/post/{_POST}/").strip())
        return self._quotations[quoted.opening].replaced({_NAME: quoted.name, _POST: str(quoted.post_id)})


def _demo_sources() -> list[str]:
    files = sorted((script.CONTENT / "talk").glob("*.md"))
    lines = [line for file in files for talk in script.read_talk(file.stem, "") for line in talk.lines]
    sources = [re.sub(r"\{\{quote .*?\}\}\n*", "", line.source).strip() for line in lines]
    return [source for source in sources if source]


def _render(source: str) -> Piece:
    rendered = markup.render(source)
    return Piece(source, rendered.html, rendered.text)


def _stands_beside_any(piece: Piece) -> bool:
    """Whether it begins with a paragraph, so that no list goes on in it, and has no heading, whose level depends on
    others.
    """
    return piece.html.startswith("<p") and not re.search(r"<h\d", piece.html)


def _beginning(parts: Sequence[Piece]) -> str:
    texts: list[str] = []
    length = 0
    for part in parts:
        texts.append(part.text)
        length += len(part.text)
        if length > ENOUGH_FOR_EXCERPT:
            break
    return "\n".join(texts)
