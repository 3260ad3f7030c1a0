"""What people write, made into what people read: Markdown in, safe HTML and plain text out."""

from __future__ import annotations

from app.kernel.markup.cleaning import clean_line, clean_text, is_blank
from app.kernel.markup.limits import MAX_SOURCE
from app.kernel.markup.plain import excerpt
from app.kernel.markup.quoting import quote
from app.kernel.markup.rendering import RENDERER_VERSION, Rendered, plain_text, render, words_of

__all__ = [
    "MAX_SOURCE",
    "RENDERER_VERSION",
    "Rendered",
    "clean_line",
    "clean_text",
    "excerpt",
    "is_blank",
    "plain_text",
    "quote",
    "render",
    "words_of",
]
