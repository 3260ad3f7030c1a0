"""Links as readers get them: at most 50, marked when they leave the site, never empty; pictures become links."""

from __future__ import annotations

from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.kernel.markup import addresses
from app.kernel.markup.budget import Budget, budget_of
from app.kernel.markup.cleaning import is_blank
from app.kernel.markup.plain import inline_text

EXTERNAL_REL = "ugc nofollow noopener"


def install(md: MarkdownIt) -> None:
    md.core.ruler.push("links", _tame_links)


def _tame_links(state: StateCore) -> None:
    budget = budget_of(state.env)
    for inline in state.tokens:
        if inline.children:
            inline.children = _tamed(inline.children, budget)


def _tamed(tokens: list[Token], budget: Budget) -> list[Token]:
    result: list[Token] = []
    opened_at = -1  # where the link being read begins in `result`, or -1
    for token in tokens:
        if token.type == "link_open" and token.attrs["href"] and budget.links > 0:
            budget.links -= 1
            opened_at = len(result)
            result.append(_marked(token))
        elif token.type == "link_close" and opened_at >= 0:
            result += [*_name_if_empty(result[opened_at:]), token]
            opened_at = -1
        elif token.type in {"link_open", "link_close"}:
            continue
        elif token.type == "image":
            result.extend(_picture(token, budget, in_link=opened_at >= 0))
        else:
            result.append(token)
    return result


def _marked(link: Token) -> Token:
    if addresses.is_external(str(link.attrs["href"])):
        link.attrs["rel"] = EXTERNAL_REL
    return link


def _name_if_empty(link: list[Token]) -> Iterable[Token]:
    """A link nobody can see cannot be followed: it shows its address."""
    if is_blank(inline_text(link)):
        yield Token("text", "", 0, content=str(link[0].attrs["href"]))


def _picture(image: Token, budget: Budget, *, in_link: bool) -> list[Token]:
    """A link, because a picture from elsewhere would tell its host who reads here."""
    address = str(image.attrs["src"])
    alt = inline_text(image.children or [])
    name = Token("text", "", 0, content=address if is_blank(alt) else alt)
    if in_link or not address or budget.links <= 0:
        return [name]

    budget.links -= 1
    return [_marked(Token("link_open", "a", 1, attrs={"href": address})), name, Token("link_close", "a", -1)]
