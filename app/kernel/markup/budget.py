"""Bounds the parser's work: every rule chain asks here first, and an empty budget turns the rest into plain text."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from app.kernel.markup import limits

_KEY = "budget"


@dataclass
class Budget:
    block_steps: int = limits.BLOCK_STEPS
    inline_steps: int = limits.INLINE_STEPS
    links: int = limits.MAX_LINKS
    autolinks: int = limits.MAX_LINKS
    spoilers: int = limits.MAX_SPOILERS
    cells: int = limits.MAX_CELLS


def budget_of(env: MutableMapping[str, Any]) -> Budget:
    budget = env.setdefault(_KEY, Budget())
    assert isinstance(budget, Budget)
    return budget


def install(md: MarkdownIt) -> None:
    md.block.ruler.before(
        "table", "budget", _spend_on_blocks, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.inline.ruler.before("text", "budget", _spend_on_inlines)


def _spend_on_blocks(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    budget = budget_of(state.env)
    budget.block_steps -= 1
    exhausted = budget.block_steps < 0

    if silent:
        return exhausted
    if not exhausted and state.level < limits.MAX_DEPTH:
        return False

    _take_rest_as_paragraph(state, start, end)
    return True


def _take_rest_as_paragraph(state: StateBlock, start: int, end: int) -> None:
    """Everything to the end of the enclosing block, marks and all, so that nothing typed goes missing."""
    line = start + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1

    state.push("paragraph_open", "p", 1).map = [start, line]
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(start, line, state.blkIndent, keepLastLF=False).strip()
    inline.map = [start, line]
    inline.children = []
    state.push("paragraph_close", "p", -1)
    state.line = line


def _spend_on_inlines(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    budget = budget_of(state.env)
    budget.inline_steps -= 1
    if budget.inline_steps >= 0:
        return False

    if not silent:
        state.append_pending(state.src[state.pos : state.posMax])
    state.pos = state.posMax
    return True
