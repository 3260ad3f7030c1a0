"""Task lists: a ballot box as a character, so that no form control stands in a post."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_BOXES = {True: "☑ ", False: "☐ "}


def install(md: MarkdownIt) -> None:
    md.core.ruler.push("tasks", _draw_boxes)


def _draw_boxes(state: StateCore) -> None:
    for at, token in enumerate(state.tokens):
        if token.type == "list_item_open" and "checked" in token.meta:
            token.attrs["class"] = "task"
            _draw(state.tokens[at + 1 : at + 3], _BOXES[token.meta.pop("checked")])
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            token.attrs.pop("class", None)


def _draw(start_of_item: list[Token], box: str) -> None:
    for token in start_of_item:
        if token.type == "inline" and token.children is not None:
            token.children.insert(0, Token("text", "", 0, content=box))
