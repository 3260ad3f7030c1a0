"""Text without marks: what search, excerpts and mails show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

_ENDS_LINE = {"paragraph_close", "heading_close", "tr_close"}
_JOINS_NEXT = {"\u200d", *(chr(code) for code in range(0x1F3FB, 0x1F400))}


def inline_text(tokens: Sequence[Token]) -> str:
    """The words of a paragraph; a picture counts as its description."""
    return "".join(_words(token) for token in tokens)


def _words(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    if token.type == "image":
        return inline_text(token.children or [])
    return token.content


def block_text(tokens: Sequence[Token]) -> str:
    """The writer's own words, a line for each block: quotations of posts are left out unless there is nothing else, and
    "…" stands for a spoiler.
    """
    return _lines(tokens, leave_out="quote") or _lines(tokens, leave_out="")


def _lines(tokens: Sequence[Token], leave_out: str) -> str:
    parts: list[str] = []
    left_out = spoilers = 0
    for token in tokens:
        kind = token.type.rpartition("_")[0]
        left_out += token.nesting if kind == leave_out else 0
        if kind == "spoiler":
            parts.append("…\n" if token.nesting == 1 and not spoilers and not left_out else "")
            spoilers += token.nesting
        if left_out or spoilers:
            continue
        parts.append(_block(token))
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return "\n".join(filter(None, lines))


def _block(token: Token) -> str:
    if token.type == "inline":
        return inline_text(token.children or [])
    if token.type in {"fence", "code_block"}:
        return f"{token.content}\n"
    if token.type in {"td_close", "th_close"}:
        return " "
    return "\n" if token.type in _ENDS_LINE else ""


def excerpt(text: str, length: int = 200) -> str:
    """The beginning on one line, at most `length` characters, cut between words where there are any, "…" for the rest."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line

    cut = max(length - 1, 0)
    while cut > 0 and _joins(line, cut):
        cut -= 1
    space = line.rfind(" ", 0, cut + 1)
    if space > length // 2:
        cut = space
    return f"{line[:cut].rstrip()}…"


def _joins(line: str, at: int) -> bool:
    """Whether a cut before `at` would split what readers see as one character."""
    return (
        unicodedata.category(line[at]) in {"Mn", "Mc", "Me"}
        or line[at] in _JOINS_NEXT
        or line[at - 1] == "\u200d"
        or (_is_flag_part(line[at]) and _is_flag_part(line[at - 1]))
    )


def _is_flag_part(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def paragraphs(text: str) -> str:
    """HTML that shows the text exactly as typed."""
    blocks = [block.strip("\n") for block in re.split(r"\n[^\S\n]*\n", text) if block.strip()]
    return "".join(f'<p dir="auto">{_with_breaks(block)}</p>\n' for block in blocks)


def _with_breaks(text: str) -> str:
    return escapeHtml(text).replace("\n", "<br>\n")
