"""Headings start at the fourth level: a page's title, its sections and each post's author stand above them."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.kernel.markup.cleaning import is_blank
from app.kernel.markup.plain import inline_text

_LEVELS = {"h1": "h4", "h2": "h5"}


def install(md: MarkdownIt) -> None:
    md.core.ruler.push("headings", _shift_headings)


def _shift_headings(state: StateCore) -> None:
    tokens = state.tokens
    kept: list[Token] = []
    skip = 0
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and is_blank(inline_text(tokens[at + 1].children or [])):
            skip = 3
        if token.type in {"heading_open", "heading_close"}:
            token.tag = _LEVELS.get(token.tag, "h6")
        if skip:
            skip -= 1
        else:
            kept.append(token)
    state.tokens = kept
