"""Headings start at the fourth level: a page's title, its sections and each post's author stand above them.

The highest that a post uses becomes the fourth, and no level is left out on the way down: readers who jump from
heading to heading would look for what is missing.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.kernel.markup.cleaning import is_blank
from app.kernel.markup.plain import inline_text

_TOP, _LOWEST = 4, 6


def install(md: MarkdownIt) -> None:
    md.core.ruler.push("headings", _shift_headings)


def _shift_headings(state: StateCore) -> None:
    tokens = state.tokens
    kept: list[Token] = []
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    skip, level = 0, _TOP - 1
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and is_blank(inline_text(tokens[at + 1].children or [])):
            skip = 3
        elif token.type == "heading_open":
            level = min(_TOP + used.index(token.tag), level + 1, _LOWEST)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"
        if skip:
            skip -= 1
        else:
            kept.append(token)
    state.tokens = kept
