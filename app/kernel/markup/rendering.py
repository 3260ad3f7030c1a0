"""One text through the whole renderer."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any

from app.kernel.markup.allowlist import sanitise
from app.kernel.markup.cleaning import clean_text
from app.kernel.markup.limits import MAX_OUTPUT, MAX_SOURCE
from app.kernel.markup.parser import product
from app.kernel.markup.plain import block_text, paragraphs

RENDERER_VERSION = 1  # raised whenever the same source gives other HTML or text, so that older rows can be told apart

# What makes a text more than paragraphs of plain words: any mark, a list, a heading's underline, an address, an entity.
_MARKED = re.compile(r"[\\`*_~|<>\[\]#]|&\w|&#|://|www\.|@|:::|^[ \t]*(?:[-+=]|\d+[.)])", re.IGNORECASE | re.MULTILINE)
# What hides words or brings in others: quotations, spoilers, addresses, a fence's language, marks inside a word.
_HIDING = re.compile(
    r"\|\||:::|^[ \t>*+\-\d.)]*>|\][(\[:]|```|~~~|\\|&\w|&#|<\w|://|www\.|@|\w[*~`]+\w", re.IGNORECASE | re.MULTILINE
)

logger = logging.getLogger(__name__)
_parser = product()


@dataclass(frozen=True, slots=True)
class Rendered:
    """`html` is safe to put into a page; `text` is plain, for search and excerpts, and shows no spoiler."""

    html: str
    text: str
    version: int = RENDERER_VERSION


def render(source: str) -> Rendered:
    """HTML and text of one Markdown source of at most MAX_SOURCE characters; ValueError beyond.

    Nothing else can make it fail: what is too large, or defeats the parser, is shown as it was typed.
    """
    if len(source) > MAX_SOURCE:
        raise ValueError(f"A text of {len(source)} characters is longer than {MAX_SOURCE}")
    source = clean_text(source)

    try:
        html, text = _marked_up(source)
    except Exception:  # a post must never be lost to a fault in a parser
        logger.exception("A text of %d characters could not be rendered", len(source))
        html, text = paragraphs(source), source.strip()
    if len(html.encode()) > MAX_OUTPUT:
        html = paragraphs(source)
    return Rendered(html=sanitise(html), text=text)


def plain_text(source: str) -> str:
    """The text `render` gives, without making the HTML; ten times as fast where nothing is marked up."""
    source = clean_text(source)
    if _MARKED.search(source) is None:
        return "\n".join(filter(None, map(str.strip, source.split("\n"))))
    return _plain(source)


def words_of(source: str) -> str:
    """The words of that text, in its order; marks between them may remain. For an index, and faster still."""
    source = clean_text(source)
    return source if _HIDING.search(source) is None else _plain(source)


def _plain(source: str) -> str:
    try:
        return block_text(_parser.parse(source, {}))
    except Exception:  # as in `render`
        logger.exception("A text of %d characters could not be taken apart", len(source))
        return source.strip()


def _marked_up(source: str) -> tuple[str, str]:
    env: dict[str, Any] = {}
    tokens = _parser.parse(source, env)
    return _parser.renderer.render(tokens, _parser.options, env), block_text(tokens)
