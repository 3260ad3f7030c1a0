"""Lets each block find its own direction, so that Arabic or Hebrew reads right wherever it stands.

`dir="auto"` looks past descendants that carry it themselves; a list or quotation therefore lends its direction to the
paragraph it begins with.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

_BLOCKS = {
    "paragraph_open",
    "heading_open",
    "blockquote_open",
    "bullet_list_open",
    "ordered_list_open",
    "th_open",
    "td_open",
}
_FLOW_IN_LISTS = {"paragraph_open", "bullet_list_open", "ordered_list_open"}


def install(md: MarkdownIt) -> None:
    md.core.ruler.push("direction", _find_directions)


def _find_directions(state: StateCore) -> None:
    parents: list[str] = []
    previous = ""
    for token in state.tokens:
        parent = parents[-1] if parents else ""
        in_item = parent == "list_item_open" and token.type in _FLOW_IN_LISTS
        begins_quote = previous == "blockquote_open" and token.type == "paragraph_open"
        if token.type in _BLOCKS and not in_item and not begins_quote:
            token.attrs["dir"] = "auto"

        if token.nesting == 1:
            parents.append(token.type)
        elif token.nesting == -1:
            parents.pop()
        previous = token.type
