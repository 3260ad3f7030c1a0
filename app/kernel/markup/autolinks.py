"""Finds addresses in plain text as GitHub does: http://…, https://…, www.… and mail addresses; never a bare file.py."""

from __future__ import annotations

import re

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from app.kernel.markup import limits
from app.kernel.markup.budget import Budget, budget_of

_finder = LinkifyIt()
_SCHEME_BEFORE = re.compile(r"(?<![A-Za-z0-9_+.-])https?$", re.IGNORECASE)
_WORD = re.compile(
    r"(?<![\w.@/+-])(?:(?P<www>www\.[^\s<]+)|(?P<mail>[\w.+-]{1,64}@(?:[^\W_][\w-]{0,62}\.)+[^\W\d_]{2,63}))",
    re.IGNORECASE,
)
_MARKS = "*_~|"  # at the end of an address they belong to the text around it


def install(md: MarkdownIt) -> None:
    md.inline.ruler.after("text", "scheme_autolink", _link_schemes)
    md.core.ruler.before("text_join", "autolinks", _link_words)


def _link_schemes(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Runs among the inline rules so that marks inside an address stay part of it."""
    budget = budget_of(state.env)
    if state.linkLevel or budget.autolinks <= 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME_BEFORE.search(state.pending[-6:])
    if scheme is None:
        return False

    start = state.pos - len(scheme[0])
    window = state.src[start : min(state.posMax, start + limits.MAX_ADDRESS + 1)]
    found = _finder.match_at_start(window)
    if found is None or found.last_index > limits.MAX_ADDRESS:
        return False
    written = found.url.rstrip(_MARKS)
    address = state.md.normalizeLink(written)
    if not state.md.validateLink(address):
        return False

    if not silent:
        budget.autolinks -= 1
        state.pending = state.pending[: -len(scheme[0])]
        for token in _link(address, state.md.normalizeLinkText(written)):
            state.push(token.type, token.tag, token.nesting)
            state.tokens[-1].attrs, state.tokens[-1].content = token.attrs, token.content
    state.pos = start + len(written)
    return True


def _link_words(state: StateCore) -> None:
    budget = budget_of(state.env)
    for inline in state.tokens:
        if inline.children and _WORD.search(inline.content):
            inline.children = _linked(inline.children, state.md, budget)


def _linked(tokens: list[Token], md: MarkdownIt, budget: Budget) -> list[Token]:
    result: list[Token] = []
    open_links = 0
    for token in tokens:
        open_links += token.nesting if token.tag == "a" else 0
        if token.type == "text" and not open_links:
            result.extend(_split(token.content, md, budget))
        else:
            result.append(token)
    return result


def _split(text: str, md: MarkdownIt, budget: Budget) -> list[Token]:
    tokens: list[Token] = []
    done = 0
    for found in _WORD.finditer(text):
        written = _host_and_path(found[0]) if found.lastgroup == "www" else found[0]
        scheme = "http://" if found.lastgroup == "www" else "mailto:"
        address = md.normalizeLink(scheme + written)
        if not written or budget.autolinks <= 0 or not md.validateLink(address):
            continue
        budget.autolinks -= 1
        tokens += [*_text(text[done : found.start()]), *_link(address, written)]
        done = found.start() + len(written)
    return [*tokens, *_text(text[done:])]


def _host_and_path(word: str) -> str:
    """As much of the word as is an address; nothing when it is none."""
    found = _finder.match_at_start(f"http://{word}") if len(word) <= limits.MAX_ADDRESS else None
    return found.url.removeprefix("http://").rstrip(_MARKS) if found else ""


def _link(address: str, text: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": address}), *_text(text), Token("link_close", "a", -1)]


def _text(content: str) -> list[Token]:
    return [Token("text", "", 0, content=content)] if content else []
