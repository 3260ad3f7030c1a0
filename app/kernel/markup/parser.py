"""The two parsers: plain CommonMark, and the same with everything the product adds, leaves out and limits."""

from __future__ import annotations

from markdown_it import MarkdownIt

from app.kernel.markup import (
    addresses,
    autolinks,
    budget,
    code,
    direction,
    headings,
    links,
    quotes,
    spoilers,
    tables,
    tasks,
)

# Rules over the finished tokens run in this order: quotes take their caption before links are counted, spoilers
# break paragraphs before each block gets its direction.
_PARTS = (budget, autolinks, tasks, quotes, links, headings, code, tables, spoilers, direction)


def core() -> MarkdownIt:
    """CommonMark 0.31.2 to the letter, raw HTML included: never for what members write."""
    return MarkdownIt("commonmark")


def product() -> MarkdownIt:
    """GitHub's tables, strikethrough, task lists and autolinks, spoilers and quotes; a typed line break shows."""
    md = addresses.AddressedMarkdown("commonmark", _OPTIONS)
    md.disable(["html_block", "html_inline"])
    md.enable(["table", "strikethrough"])
    for part in _PARTS:
        part.install(md)
    return md


def blocks() -> MarkdownIt:
    """The product's parser up to the blocks: where quotations and code begin and end, by line."""
    md = product()
    md.core.ruler.enableOnly(["normalize", "block"])
    return md


_OPTIONS = {
    "html": False,
    "breaks": True,
    "xhtmlOut": False,
    "maxNesting": 20,
    "tasklists": True,
    "strikethrough_single_tilde": True,
}
