"""Spoilers, closed until a reader opens them, without a script.

In a line `||like this||`: the paragraph is broken there, since nothing that opens may stand inside one. As a block:

    :::spoiler A caption, if wanted
    Any Markdown.
    :::
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from app.kernel.markup.budget import budget_of
from app.kernel.markup.cleaning import clean_line
from app.kernel.markup.plain import inline_text

LABEL = "Spoiler"
_MAX_CAPTION = 100
_MARK = "||"
_OPEN = re.compile(r"(:{3,})[ \t]*spoiler(?:[ \t]+(.*))?$", re.IGNORECASE)
_CLOSE = re.compile(r":{3,}[ \t]*$")
_CELLS = {"td_open", "th_open"}


def install(md: MarkdownIt) -> None:
    md.inline.add_terminator_char("|")
    md.inline.ruler.after("escape", "spoiler", _spoiler_in_line)
    md.block.ruler.before("fence", "spoiler", _spoiler_block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.core.ruler.push("spoilers", _break_paragraphs)
    md.add_render_rule("spoiler_open", _open)
    md.add_render_rule("spoiler_close", _close)


def _spoiler_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    opening = None if state.is_code_block(start) else _OPEN.match(_line(state, start))
    if opening is None or silent:
        return opening is not None

    close = _closing_line(state, start, end)
    caption = clean_line(opening[2] or "")[:_MAX_CAPTION]
    parent, line_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "container", close

    token = state.push("spoiler_open", "details", 1)
    token.map, token.info = [start, close], caption
    state.md.block.tokenize(state, start + 1, close)
    state.push("spoiler_close", "details", -1)

    state.parentType, state.lineMax = parent, line_max
    state.line = min(close + 1, end) if close < end and _CLOSE.match(_line(state, close)) else close
    return True


def _closing_line(state: StateBlock, start: int, end: int) -> int:
    """The line of the matching `:::`, or the one after the enclosing block."""
    depth = 1
    for line in range(start + 1, end):
        if state.isEmpty(line):
            continue
        if state.sCount[line] < state.blkIndent:
            return line
        text = _line(state, line)
        depth += 1 if _OPEN.match(text) else -1 if _CLOSE.match(text) else 0
        if depth == 0:
            return line
    return end


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _spoiler_in_line(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    inside = state.pos + len(_MARK)
    if not state.src.startswith(_MARK, state.pos) or not _is_solid(state.src[inside : inside + 1]):
        return False
    close = _closing_mark(state, inside)
    budget = budget_of(state.env)
    if close < 0 or budget.spoilers <= 0:
        return False

    if not silent:
        budget.spoilers -= 1
        end = state.posMax
        state.push("spoiler_text_open", "", 1)
        state.pos, state.posMax = inside, close
        state.md.inline.tokenize(state)
        state.posMax = end
        state.push("spoiler_text_close", "", -1)
    state.pos = close + len(_MARK)
    return True


def _closing_mark(state: StateInline, start: int) -> int:
    """Where the spoiler ends, or -1; remembered, since a search that failed once fails from everywhere behind it."""
    nowhere = -1 - state.posMax  # the cache's own keys are positions
    if nowhere in state.cache:
        return -1

    at = state.src.find(_MARK, start + 1, state.posMax)
    while at >= 0 and not (_is_solid(state.src[at - 1]) and state.src[at - 1] != "\\"):
        at = state.src.find(_MARK, at + 1, state.posMax)
    if at < 0:
        state.cache[nowhere] = 0
    return at


def _is_solid(character: str) -> bool:
    return bool(character) and not character.isspace() and character != "|"


def _break_paragraphs(state: StateCore) -> None:
    result: list[Token] = []
    tokens = iter(state.tokens)
    for token in tokens:
        if token.type == "inline" and any(child.type == "spoiler_text_open" for child in token.children or ()):
            result.extend(_broken(result.pop(), token, next(tokens)))
        else:
            result.append(token)
    state.tokens = result


def _broken(before: Token, inline: Token, after: Token) -> list[Token]:
    """The same words as blocks in a row, `before` and `after` being the tags around them."""
    in_cell = before.type in _CELLS
    result: list[Token] = [before] if in_cell else []
    for piece, is_spoiler in _pieces(inline.children or []):
        words = Token("inline", "", 0, content=inline.content, children=piece, block=True)
        if is_spoiler:
            result += [Token("spoiler_open", "details", 1, block=True), *_paragraph(words)]
            result.append(Token("spoiler_close", "details", -1, block=True))
        else:
            result += [words] if in_cell else [before, words, after]
    return [*result, after] if in_cell else result


def _paragraph(words: Token) -> list[Token]:
    return [Token("paragraph_open", "p", 1, block=True), words, Token("paragraph_close", "p", -1, block=True)]


def _pieces(tokens: Sequence[Token]) -> list[tuple[list[Token], bool]]:
    """Text and spoilers by turns, without the blank ones; marks open at a break are closed there and opened again."""
    pieces: list[tuple[list[Token], bool]] = [([], False)]
    opened: list[Token] = []
    for token in tokens:
        if token.type in {"spoiler_text_open", "spoiler_text_close"}:
            pieces[-1][0].extend(_closing(mark) for mark in reversed(opened))
            pieces.append((list(opened), token.nesting == 1))
            continue
        if token.nesting == 1:
            opened.append(token)
        elif token.nesting == -1:
            opened.pop()
        pieces[-1][0].append(token)
    return [(_trimmed(piece), is_spoiler) for piece, is_spoiler in pieces if inline_text(piece).strip()]


def _closing(mark: Token) -> Token:
    return Token(mark.type.replace("_open", "_close"), mark.tag, -1)


def _trimmed(piece: list[Token]) -> list[Token]:
    breaks = {"softbreak", "hardbreak"}
    start, end = 0, len(piece)
    while piece[start].type in breaks:
        start += 1
    while piece[end - 1].type in breaks:
        end -= 1
    return piece[start:end]


def _open(_self: RendererHTML, tokens: Sequence[Token], at: int, *_: Any) -> str:
    caption = escapeHtml(tokens[at].info) or LABEL
    return f'<details class="spoiler">\n<summary dir="auto">{caption}</summary>\n<div>\n'


def _close(_self: RendererHTML, *_: object) -> str:
    return "</div>\n</details>\n"
