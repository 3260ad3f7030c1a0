"""What is coloured in code: comments, keywords and strings of the languages people paste.

Every pattern here matches in one pass: what is opened and never closed runs to the end instead of failing, so no
input makes colouring slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SLASHES = r"//[^\n]*"
_BLOCK = r"/\*[\s\S]*?(?:\*/|\Z)"
_HASH = r"(?<![^\s;(])#[^\n]*"
_DASHES = r"--[^\n]*"
_MARKUP = r"<!--[\s\S]*?(?:-->|\Z)"

_DOUBLE = r'"(?:[^"\\\n]|\\[\s\S])*"?'
_SINGLE = r"'(?:[^'\\\n]|\\[\s\S])*'?"
_CHARACTER = r"'(?:[^'\\\n]|\\[^\n]{1,9}?)'"
_BACKTICK = r"`(?:[^`\\]|\\[\s\S])*`?"
_LONG_DOUBLE = r'"""[\s\S]*?(?:"""|\Z)'
_LONG_SINGLE = r"'''[\s\S]*?(?:'''|\Z)"
_SHELL_DOUBLE = r'"(?:[^"\\]|\\[\s\S])*"?'
_SHELL_SINGLE = r"'[^']*'?"
_ATTRIBUTE = r'(?<==)"[^"<>]*"?|(?<==)\'[^\'<>]*\'?'

_WORD = r"[^\W\d]\w*"


@dataclass(frozen=True, slots=True)
class Language:
    name: str
    pattern: re.Pattern[str]  # with the groups c (comment), k (always a keyword), s (string) and word
    keywords: frozenset[str]
    folds_case: bool = False

    def is_keyword(self, word: str) -> bool:
        return (word.lower() if self.folds_case else word) in self.keywords


def find(typed: str) -> Language | None:
    """The language a member named, by any of its usual names."""
    return _BY_NAME.get(typed.lower())


def _language(
    names: str, comments: str = "", strings: str = "", keywords: str = "", *, marks: str = "", folds_case: bool = False
) -> list[tuple[str, Language]]:
    """The first of the names, divided by "|", is shown to readers."""
    groups = {"c": comments, "s": strings, "k": marks, "word": _WORD}
    pattern = "|".join(f"(?P<{group}>{pattern or '(?!)'})" for group, pattern in groups.items())
    shown, *others = names.split("|")
    language = Language(shown, re.compile(pattern, re.MULTILINE), frozenset(keywords.split()), folds_case)
    return [(name.lower(), language) for name in (shown, *others)]


_C = (
    "auto break case char const continue default do double else enum extern float for goto if inline int long register "
    "restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool true "
    "false NULL"
)
_CPP = (
    f"{_C} alignas alignof catch class co_await co_return co_yield concept constexpr const_cast consteval constinit "
    "decltype delete dynamic_cast explicit export final friend mutable namespace new noexcept nullptr operator override "
    "private protected public reinterpret_cast requires static_assert static_cast template this throw try typeid "
    "typename using virtual"
)
_CSHARP = (
    "abstract as async await base bool break byte case catch char class const continue decimal default delegate do double "
    "else enum event explicit extern false finally fixed float for foreach get if implicit in int interface internal is "
    "lock long namespace new null object operator out override params private protected public readonly record ref "
    "return sealed set short sizeof static string struct switch this throw true try typeof uint ulong unsafe ushort using "
    "var virtual void volatile when where while with yield"
)
_GO = (
    "break case chan const continue default defer else fallthrough false for func go goto if import interface iota map nil "
    "package range return select struct switch true type var"
)
_HASKELL = (
    "case class data default deriving do else forall foreign if import in infix infixl infixr instance let module newtype of "
    "qualified then type where"
)
_JAVA = (
    "abstract assert boolean break byte case catch char class const continue default do double else enum extends false "
    "final finally float for if implements import instanceof int interface long native new null package permits private "
    "protected public record return sealed short static strictfp super switch synchronized this throw throws transient "
    "true try var void volatile while yield"
)
_JAVASCRIPT = (
    "as async await break case catch class const continue debugger default delete do else export extends false finally for "
    "from function get if import in instanceof let new null of return set static super switch this throw true try typeof "
    "undefined var void while with yield"
)
_TYPESCRIPT = (
    f"{_JAVASCRIPT} abstract any boolean declare enum implements infer interface is keyof namespace never number override "
    "private protected public readonly satisfies string type unknown"
)
_KOTLIN = (
    "abstract as break by catch class companion const constructor continue data do else enum false final finally for fun if "
    "import in init inline interface internal is lateinit null object open operator out override package private "
    "protected public return sealed super suspend this throw true try typealias val var vararg when where while"
)
_LUA = "and break do else elseif end false for function goto if in local nil not or repeat return then true until while"
_PERL = (
    "and cmp do else elsif eq for foreach ge gt if last le local lt my ne next no not or our package print qw redo return "
    "say sub undef unless until use while xor"
)
_PHP = (
    "abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty "
    "enum extends false final finally fn for foreach function global goto if implements include include_once instanceof "
    "insteadof interface isset list match namespace new null or print private protected public readonly require "
    "require_once return self static switch this throw trait true try unset use var while xor yield"
)
_POWERSHELL = (
    "begin break catch class continue data do dynamicparam else elseif end enum exit filter finally for foreach from "
    "function if in param process return switch throw trap try until using while"
)
_PYTHON = (
    "False None True and as assert async await break case class continue def del elif else except finally for from global "
    "if import in is lambda match nonlocal not or pass raise return try while with yield"
)
_R = "FALSE Inf NA NaN NULL TRUE break else for function if in next repeat return while"
_RUBY = (
    "alias and begin break case class def defined do else elsif end ensure false for if in include module next nil not or "
    "private protected public raise redo require rescue retry return self super then true undef unless until when while "
    "yield"
)
_RUST = (
    "Self as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut "
    "pub ref return self static struct super trait true type unsafe use where while"
)
_SCALA = (
    "abstract case catch class def do else enum extends false final finally for given if implicit import lazy match new null "
    "object override package private protected return sealed super then this throw trait true try type using val var "
    "while with yield"
)
_SHELL = (
    "alias break case continue declare do done elif else esac eval exec exit export false fi for function if in local "
    "readonly return select set shift source then trap true unset until while"
)
_SQL = (
    "add all alter and any as asc begin between by cascade case cast check column commit constraint create cross current "
    "database default delete desc distinct do drop else end except exists explain false fetch for foreign from full "
    "function grant group having if in index inner insert intersect into is join key left like limit natural not null "
    "offset on or order outer over partition primary recursive references returning revoke right rollback select set "
    "table then to transaction trigger true truncate union unique update using values view when where window with"
)
_SWIFT = (
    "actor any as associatedtype async await break case catch class continue default defer deinit do else enum extension "
    "fallthrough false fileprivate for func guard if import in init inout internal is let nil open operator override "
    "private protocol public repeat rethrows return self some static struct subscript super switch throw throws true try "
    "typealias var where while"
)
_DOCKER = (
    "ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR"
)

_QUOTED = f"{_DOUBLE}|{_SINGLE}"
_C_LIKE = f"{_SLASHES}|{_BLOCK}"
_C_STRINGS = f"{_DOUBLE}|{_CHARACTER}"
_SHELL_STRINGS = f"{_SHELL_DOUBLE}|{_SHELL_SINGLE}"
_LONG = f"{_LONG_DOUBLE}|{_LONG_SINGLE}"
_TAGS = r"</?[A-Za-z][\w:.-]*"

_BY_NAME = dict(
    [
        *_language("awk", _HASH, _DOUBLE, "BEGIN END break continue delete do else exit for function getline if in next "
                   "print printf return while"),
        *_language("Bash|sh|shell|zsh|console", _HASH, _SHELL_STRINGS, _SHELL),
        *_language("C|h", _C_LIKE, _C_STRINGS, _C, marks=r"^[ \t]*#[ \t]*\w+"),
        *_language("C++|cpp|cc|hpp", _C_LIKE, _C_STRINGS, _CPP, marks=r"^[ \t]*#[ \t]*\w+"),
        *_language("C#|csharp|cs", _C_LIKE, _C_STRINGS, _CSHARP),
        *_language("CSS|scss", _BLOCK, _QUOTED, marks=r"@[\w-]+|![\w-]+"),
        *_language("Diff|patch", r"^-[^\n]*", r"^\+[^\n]*", marks=r"^@@[^\n]*"),
        *_language("Dockerfile|docker", _HASH, _QUOTED, _DOCKER),
        *_language("Go|golang", _C_LIKE, f"{_C_STRINGS}|{_BACKTICK}", _GO),
        *_language("Haskell|hs", rf"{_DASHES}|\{{-[\s\S]*?(?:-\}}|\Z)", _C_STRINGS, _HASKELL),
        *_language("HTML|htm|vue|svelte", _MARKUP, _ATTRIBUTE, marks=_TAGS),
        *_language("INI|conf|cfg", r"^[ \t]*[;#][^\n]*", _DOUBLE, marks=r"^\[[^\]\n]*\]?"),
        *_language("Java", _C_LIKE, f"{_LONG_DOUBLE}|{_C_STRINGS}", _JAVA),
        *_language("JavaScript|js|jsx|mjs", _C_LIKE, f"{_QUOTED}|{_BACKTICK}", _JAVASCRIPT),
        *_language("JSON|jsonc|json5", _C_LIKE, _DOUBLE, "true false null"),
        *_language("Kotlin|kt", _C_LIKE, f"{_LONG_DOUBLE}|{_C_STRINGS}", _KOTLIN),
        *_language("Lua", rf"--\[\[[\s\S]*?(?:\]\]|\Z)|{_DASHES}", _QUOTED, _LUA),
        *_language("Makefile|make|mk", _HASH, _QUOTED, "define else endef endif export ifdef ifeq ifndef ifneq include"),
        *_language("nginx", _HASH, _QUOTED, "events http if include listen location proxy_pass return rewrite root server "
                   "server_name set upstream"),
        *_language("Perl|pl", _HASH, _QUOTED, _PERL),
        *_language("PHP", rf"{_C_LIKE}|{_HASH}", _QUOTED, _PHP, marks=r"<\?(?:php|=)?|\?>"),
        *_language("PowerShell|ps1|pwsh", rf"<#[\s\S]*?(?:#>|\Z)|{_HASH}", _SHELL_STRINGS, _POWERSHELL, folds_case=True),
        *_language("Python|py|python3", _HASH, f"{_LONG}|{_QUOTED}", _PYTHON),
        *_language("R", _HASH, _QUOTED, _R),
        *_language("Ruby|rb", _HASH, _QUOTED, _RUBY),
        *_language("Rust|rs", _C_LIKE, _C_STRINGS, _RUST),
        *_language("Scala", _C_LIKE, f"{_LONG_DOUBLE}|{_C_STRINGS}", _SCALA),
        *_language("SQL|postgresql|postgres|mysql|sqlite", rf"{_DASHES}|{_BLOCK}", _SHELL_SINGLE, _SQL, folds_case=True),
        *_language("Swift", _C_LIKE, f"{_LONG_DOUBLE}|{_DOUBLE}", _SWIFT),
        *_language("TOML", _HASH, f"{_LONG}|{_QUOTED}", "true false", marks=r"^\[[^\]\n]*\]?"),
        *_language("TypeScript|ts|tsx", _C_LIKE, f"{_QUOTED}|{_BACKTICK}", _TYPESCRIPT),
        *_language("XML|svg|xhtml", _MARKUP, _ATTRIBUTE, marks=_TAGS),
        *_language("YAML|yml", _HASH, r"(?<![^\s\[{,])" + _DOUBLE + r"|(?<![^\s\[{,])" + _SHELL_SINGLE, "true false null yes no"),
    ]
)  # fmt: skip
