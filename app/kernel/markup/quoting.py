"""Writes the Markdown that quotes someone's text."""

from __future__ import annotations

import re

from app.kernel.markup.cleaning import clean_line, clean_text
from app.kernel.markup.limits import QUOTE_DEPTH
from app.kernel.markup.parser import blocks

_parser = blocks()
_SPECIAL = re.compile(r"[\\`*\[\]<>&|~]|(?<![^\W_])_|_(?![^\W_])")
_OUTER_MARKS = re.compile(rf"(?:[^>]*>){{{QUOTE_DEPTH - 1}}}")


def quote(source: str, caption: str, href: str) -> str:
    """A blockquote of the source under a caption that links to `href`; what it quotes itself is kept while the whole
    stays within three levels. The caption is shown as it is, whatever marks it contains.
    """
    body = "\n".join(_without_deep_quotes(clean_text(source))).strip("\n")
    name = _SPECIAL.sub(r"\\\g<0>", clean_line(caption))

    lines = [f"[{name}]({href}):", "", *map(_indented_by_spaces, body.split("\n"))]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n"


def _indented_by_spaces(line: str) -> str:
    """A tab would shrink to two columns behind the mark."""
    text = line.lstrip(" \t")
    return line[: len(line) - len(text)].expandtabs(4) + text


def _without_deep_quotes(source: str) -> list[str]:
    lines = source.split("\n")
    for start, end in reversed(_deep_quotes(source)):
        marks = _OUTER_MARKS.match(lines[start])
        lines[start:end] = [marks[0] if marks else ""]
    return lines


def _deep_quotes(source: str) -> list[tuple[int, int]]:
    """Line ranges of the quotations that would stand below the third level, in order, none inside another."""
    ranges: list[tuple[int, int]] = []
    depth = 0
    for token in _parser.parse(source):
        if token.type == "blockquote_open":
            depth += 1
            if depth == QUOTE_DEPTH and token.map:
                ranges.append((token.map[0], token.map[1]))
        elif token.type == "blockquote_close":
            depth -= 1
    return ranges
