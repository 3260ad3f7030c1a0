"""Quotations of posts: a blockquote that begins with a post's link and a colon becomes a figure with a caption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.kernel.markup import addresses
from app.kernel.markup.cleaning import is_blank
from app.kernel.markup.limits import QUOTE_DEPTH
from app.kernel.markup.plain import inline_text


def install(md: MarkdownIt) -> None:
    md.core.ruler.push("quotes", _frame_quotes)
    md.add_render_rule("quote_open", _open)
    md.add_render_rule("quote_close", _close)


def _frame_quotes(state: StateCore) -> None:
    """Nested deeper than three, a quotation of a post is left out and a plain one flattened: its words may be anyone's."""
    tokens = state.tokens
    result: list[Token] = []
    quotes: list[Token | None] = []  # for each open blockquote what it is framed by
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.type == "blockquote_open":
            frame = _take_caption(tokens[at : at + 3])
            if frame and len(quotes) >= QUOTE_DEPTH:
                at = _end_of_quote(tokens, at)
                continue
            quotes.append(frame)
            if frame:
                result.append(frame)
                at += 3 if _is_empty(tokens[at + 1]) else 0
            if len(quotes) <= QUOTE_DEPTH:
                result.append(token)
        elif token.type == "blockquote_close":
            if len(quotes) <= QUOTE_DEPTH:
                result.append(token)
            if quotes.pop():
                result.append(Token("quote_close", "figure", -1, block=True))
        else:
            result.append(token)
    state.tokens = result


def _take_caption(paragraph: list[Token]) -> Token | None:
    """The frame, with the caption's line taken out of the quotation's first paragraph; None for a plain quotation."""
    if [token.type for token in paragraph] != ["paragraph_open", "inline", "paragraph_close"]:
        return None
    words = paragraph[1].children or []
    close = next((at for at, token in enumerate(words) if token.type == "link_close"), None)
    if close is None or words[0].type != "link_open" or not addresses.is_post_link(str(words[0].attrs["href"])):
        return None
    caption, rest = inline_text(words[:close]).strip(), words[close + 1 :]
    if is_blank(caption) or not rest or rest[0].content.strip() != ":":
        return None
    if len(rest) > 1 and rest[1].type not in {"softbreak", "hardbreak"}:
        return None

    paragraph[1].children = rest[2:]
    meta = {"href": str(words[0].attrs["href"]), "caption": caption}
    return Token("quote_open", "figure", 1, meta=meta, block=True)


def _is_empty(inline: Token) -> bool:
    return not inline.children


def _end_of_quote(tokens: Sequence[Token], at: int) -> int:
    depth = 1
    while depth:
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(tokens[at].type, 0)
        at += 1
    return at


def _open(_self: RendererHTML, tokens: Sequence[Token], at: int, *_: Any) -> str:
    href, caption = escapeHtml(tokens[at].meta["href"]), escapeHtml(tokens[at].meta["caption"])
    return f'<figure class="quote">\n<figcaption dir="auto"><a href="{href}">{caption}</a></figcaption>\n'


def _close(_self: RendererHTML, *_: object) -> str:
    return "</figure>\n"
