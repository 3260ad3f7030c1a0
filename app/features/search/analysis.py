"""Text taken apart into what the index holds, the same for posts and for what people look for.

A word is kept as it was written (small letters, no accents), so that phrases are exact, and as its stem in the site's
language, so that inflections are found. Scripts that write no spaces are cut into pairs of characters. C++, c# and
.net are words. Nothing is left out for being short or frequent.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

VERSION = 1  # raised whenever the same text gives other words, so that an index made before is made anew

MAX_WORD = 64  # characters of a word that count

# Snowball's names of the languages sites are in, by ISO 639-1.
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}

# Thai, Lao, Tibetan, Burmese, Khmer, kana, Bopomofo, Han and Hangul, as the inside of a character class.
_UNSPACED = (
    "\u0e01-\u0e4f\u0e81-\u0ecf\u0f40-\u0fbc\u1000-\u103f\u1050-\u109d\u1100-\u11ff\u1780-\u17d3\u3005-\u3007"
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u0640\u200b\u200c\u200d\u2060\ufe0f\ufeff"))
# Letters that stand for others without being made of them.
_LIKE = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ى": "ي", "ς": "σ"}
)


def _marks() -> str:
    """Every sign that stands on or beside a letter, as the inside of a character class."""
    found: list[list[int]] = []
    for code in range(0x300, 0x1F000):
        if unicodedata.category(chr(code))[0] == "M":
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in found)


_CODE = r"(?<![\w.])\.[a-z][a-z0-9]*"  # .net, .htaccess
_SIGNED = r"(?:\+\+|[+#](?!\w))?"  # c++, c#
_PLAIN_WORD = re.compile(rf"{_CODE}|[a-z0-9]+{_SIGNED}", re.IGNORECASE | re.ASCII)
_LETTER = rf"[^\W_{_UNSPACED}]"
_WORD = re.compile(
    rf"{_CODE}|[{_UNSPACED}]+|(?:{_LETTER}+[{_marks()}]*)+{_SIGNED}|[{_PICTURES}]",
    re.IGNORECASE,
)
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Word:
    """What a written word is in the index: `parts` stand one after the other there, `stem` and `extra` anywhere.

    `is_open`: a single character of an unspaced script, which is also looked for as the first of any pair.
    """

    parts: tuple[str, ...]
    stem: str | None = None
    extra: str | None = None
    is_open: bool = False

    @property
    def is_code(self) -> bool:
        """Whether it is C++ or .net, which are not C and net."""
        return not self.parts[0][0].isalnum() or self.parts[0][-1] in "+#"


@dataclass(frozen=True, slots=True)
class Place:
    """A word where it stands in a text, from `start` to before `end`."""

    word: Word
    start: int
    end: int


def words(text: str, language: str) -> list[Word]:
    """The words of a text in its order."""
    if text.isascii():
        return [_word(found, language) for found in _PLAIN_WORD.findall(text)]
    clean = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return [_word(found, language) for found in _WORD.findall(clean)]


def places(text: str, language: str) -> Iterator[Place]:
    """The words of a text and where they stand in it, as it was written."""
    for found in (_PLAIN_WORD if text.isascii() else _WORD).finditer(text):
        clean = unicodedata.normalize("NFKC", found[0]).translate(_INVISIBLE)
        yield Place(_word(clean, language), found.start(), found.end())


def _word(written: str, language: str) -> Word:
    if _IS_UNSPACED.match(written):
        return _pairs(written.casefold())
    return _spaced_word(written[:MAX_WORD], language)


@lru_cache(maxsize=100_000)
def _spaced_word(written: str, language: str) -> Word:
    small = written.casefold()
    bare = small.strip(".+#")
    exact = _without_accents(small)
    stem = None if bare.isdigit() else _stem(bare, language)
    return Word((exact,), stem=stem and _without_accents(stem))


def _pairs(run: str) -> Word:
    """Every two neighbours; the last character also stands alone, so that each can be found as the start of something."""
    if len(run) == 1:
        return Word((run,), is_open=True)
    return Word(tuple(run[at : at + 2] for at in range(len(run) - 1)), extra=run[-1])


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(c for c in letters if not _is_accent(c))).translate(_LIKE)


def _is_accent(character: str) -> bool:
    """Accents, points and vowel signs that a word may be written without; not the vowels of Indic scripts."""
    kind = unicodedata.combining(character)
    return 10 <= kind <= 35 or kind >= 200


class _Stemmers(threading.local):
    """Snowball's stemmers must not be shared between threads."""

    def __init__(self) -> None:
        self.by_language: dict[str, Stemmer.Stemmer] = {}

    def get(self, language: str) -> Stemmer.Stemmer | None:
        name = _STEMMERS.get(language)
        if name is None:
            return None
        if language not in self.by_language:
            self.by_language[language] = Stemmer.Stemmer(name, 0)
        return self.by_language[language]


_stemmers = _Stemmers()


def _stem(word: str, language: str) -> str | None:
    """None where nothing is known about the language's endings."""
    stemmer = _stemmers.get(language)
    return None if stemmer is None else str(stemmer.stemWord(word))
