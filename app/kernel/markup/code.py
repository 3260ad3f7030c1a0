"""Code blocks: a figure, with the language as caption when one is named, and comments, keywords and strings marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from app.kernel.markup import languages
from app.kernel.markup.cleaning import clean_line
from app.kernel.markup.languages import Language

_MAX_CAPTION = 30


def install(md: MarkdownIt) -> None:
    md.add_render_rule("fence", _fence)
    md.add_render_rule("code_block", _indented)


def _fence(_self: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    code = tokens[at].content
    words = unescapeAll(tokens[at].info).split()
    typed = clean_line(words[0])[:_MAX_CAPTION] if words else ""
    language = languages.find(typed)
    if language is None:
        return _figure(escapeHtml(code), typed)
    return _figure("".join(_coloured(code, language)), language.name)


def _indented(_self: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    return _figure(escapeHtml(tokens[at].content), "")


def _figure(code: str, caption: str) -> str:
    named = f"<figcaption>{escapeHtml(caption)}</figcaption>\n" if caption else ""
    return f'<figure class="code">\n{named}<pre dir="ltr" tabindex="0"><code>{code}</code></pre>\n</figure>\n'


def _coloured(code: str, language: Language) -> Iterator[str]:
    for kind, pieces in groupby(_pieces(code, language), key=itemgetter(0)):
        text = escapeHtml("".join(piece for _, piece in pieces))
        yield f'<span class="tok-{kind}">{text}</span>' if kind else text


def _pieces(code: str, language: Language) -> Iterator[tuple[str, str]]:
    done = 0
    for found in language.pattern.finditer(code):
        kind = found.lastgroup or ""
        if kind == "word":
            kind = "k" if language.is_keyword(found[0]) else ""
        if kind and found[0]:
            if found.start() > done:
                yield "", code[done : found.start()]
            yield kind, found[0]
            done = found.end()
    yield "", code[done:]
