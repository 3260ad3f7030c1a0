"""Tables scroll inside their own focusable region, and have at most as many cells as a reader could use."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as parse_table
from markdown_it.rules_core import StateCore

from app.kernel.markup.budget import budget_of

LABEL = "Table"
_CLASSES = {"text-align:right": "n", "text-align:center": "mid"}


def install(md: MarkdownIt) -> None:
    md.block.ruler.at("table", _bounded_table, {"alt": ["paragraph", "reference"]})
    md.core.ruler.push("tables", _dress_cells)
    md.add_render_rule("table_open", _open)
    md.add_render_rule("table_close", _close)


def _bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    budget = budget_of(state.env)
    is_table = budget.cells > 0 and parse_table(state, start, end, silent=True)
    if silent or not is_table:
        return is_table

    budget.cells -= _cells(state, start, end)
    return budget.cells >= 0 and parse_table(state, start, end, silent=False)


def _cells(state: StateBlock, start: int, end: int) -> int:
    """An upper bound: every column of every line up to the next empty one."""
    line = start
    while line < end and not state.isEmpty(line):
        line += 1
    header = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    return (line - start) * (header.strip(" \t|").count("|") + 1)


def _dress_cells(state: StateCore) -> None:
    for token in state.tokens:
        if token.type not in {"th_open", "td_open"}:
            continue
        alignment = _CLASSES.get(str(token.attrs.pop("style", "")))
        if token.type == "th_open":
            token.attrs["scope"] = "col"
        if alignment:
            token.attrs["class"] = alignment


def _open(_self: RendererHTML, *_: object) -> str:
    return f'<div class="table-wrap" role="region" aria-label="{LABEL}" tabindex="0">\n<table>\n'


def _close(_self: RendererHTML, *_: object) -> str:
    return "</table>\n</div>\n"
