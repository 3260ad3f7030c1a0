"""Code blocks: a figure, with its language as caption when one is named, coloured by Pygments."""

from __future__ import annotations

import logging
from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name
from pygments.token import Comment, Keyword, Name, Operator, String, _TokenType

from app.kernel.markup import limits
from app.kernel.markup.budget import budget_of
from app.kernel.markup.cleaning import clean_line

logger = logging.getLogger(__name__)

# What a member may type, and the name readers see. Only these are coloured: each was timed on hostile input.
LANGUAGES = {
    "awk": "awk",
    "bash": "Bash", "sh": "Bash", "shell": "Bash",
    "c": "C", "h": "C",
    "cpp": "C++", "c++": "C++",
    "csharp": "C#", "cs": "C#", "c#": "C#",
    "css": "CSS",
    "diff": "Diff", "patch": "Diff",
    "docker": "Dockerfile", "dockerfile": "Dockerfile",
    "go": "Go", "golang": "Go",
    "haskell": "Haskell", "hs": "Haskell",
    "html": "HTML",
    "ini": "INI",
    "java": "Java",
    "javascript": "JavaScript", "js": "JavaScript",
    "json": "JSON",
    "kotlin": "Kotlin", "kt": "Kotlin",
    "lua": "Lua",
    "make": "Makefile", "makefile": "Makefile",
    "nginx": "nginx",
    "perl": "Perl", "pl": "Perl",
    "php": "PHP",
    "powershell": "PowerShell", "ps1": "PowerShell",
    "python": "Python", "py": "Python",
    "r": "R",
    "ruby": "Ruby", "rb": "Ruby",
    "rust": "Rust", "rs": "Rust",
    "scala": "Scala",
    "sql": "SQL",
    "swift": "Swift",
    "toml": "TOML",
    "typescript": "TypeScript", "ts": "TypeScript",
    "xml": "XML", "svg": "XML",
    "yaml": "YAML", "yml": "YAML",
}  # fmt: skip

_CLASSES = ((Comment, "tok-c"), (Keyword, "tok-k"), (Operator.Word, "tok-k"), (Name.Tag, "tok-k"), (String, "tok-s"))
_MAX_CAPTION = 30


def install(md: MarkdownIt) -> None:
    md.add_render_rule("fence", _fence)
    md.add_render_rule("code_block", _indented)


def _fence(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: object, env: MutableMapping[str, Any]) -> str:
    words = unescapeAll(tokens[at].info).split()
    language = clean_line(words[0])[:_MAX_CAPTION] if words else ""
    caption = LANGUAGES.get(language.lower(), language)
    return _figure(_coloured(tokens[at].content, language.lower(), env), caption)


def _indented(_self: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    return _figure(escapeHtml(tokens[at].content), "")


def _figure(code: str, caption: str) -> str:
    named = f"<figcaption>{escapeHtml(caption)}</figcaption>\n" if caption else ""
    # The parser of HTML drops a newline that follows <pre> directly; here <code> stands between.
    return f'<figure class="code">\n{named}<pre dir="ltr" tabindex="0"><code>{code}</code></pre>\n</figure>\n'


def _coloured(code: str, language: str, env: MutableMapping[str, Any]) -> str:
    budget = budget_of(env)
    if language not in LANGUAGES or len(code) > min(limits.HIGHLIGHT_BLOCK, budget.highlighted):
        return escapeHtml(code)

    budget.highlighted -= len(code)
    try:
        return "".join(_spans(_merged(code, _lexer_class(language)(stripnl=False, ensurenl=False), env)))
    except Exception:  # a lexer's fault must not cost the member their post
        logger.exception("The lexer for %s failed", language)
        return escapeHtml(code)


@cache
def _lexer_class(language: str) -> type[Lexer]:
    return find_lexer_class_by_name(language)


def _merged(code: str, lexer: Lexer, env: MutableMapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Class and text by turns; uncoloured from where the text's budget of tokens ends."""
    budget = budget_of(env)
    name, pending, done = "", [], 0
    for at, kind, text in lexer.get_tokens_unprocessed(code):
        budget.highlight_tokens -= 1
        if budget.highlight_tokens < 0:
            break
        done = at + len(text)
        if (this := _class_of(kind)) != name:
            yield name, "".join(pending)
            name, pending = this, []
        pending.append(text)
    yield name, "".join(pending)
    yield "", code[done:]


def _class_of(kind: _TokenType) -> str:
    return next((name for parent, name in _CLASSES if kind in parent), "")


def _spans(pieces: Iterator[tuple[str, str]]) -> Iterator[str]:
    for name, text in pieces:
        if text:
            yield f'<span class="{name}">{escapeHtml(text)}</span>' if name else escapeHtml(text)
