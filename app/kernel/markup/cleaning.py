"""What a form field keeps of what was sent. Letters are never changed: no normalisation, no replaced quotes."""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# Unicode's Default_Ignorable_Code_Point that are neither format nor control characters, and characters whose glyph is
# empty by definition: Hangul fillers, Khmer inherent vowels, variation selectors, the blank Braille pattern.
_EMPTY = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U0001d159\U000e0000-\U000e0fff]"
)
_VISIBLE_FORMAT = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
_INVISIBLE = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}


def clean_text(raw: str) -> str:
    """Line ends become newlines; control characters except the tab and lone surrogates go; all else stays."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", raw))


def clean_line(raw: str) -> str:
    """For titles and names: one line, single spaces, none at the ends; empty when nothing in it can be seen."""
    line = " ".join(_CONTROLS.sub("", " ".join(raw.split())).split())
    return "" if is_blank(line) else line


def is_blank(raw: str) -> bool:
    """Whether a reader would see nothing."""
    return not any(map(_is_visible, dict.fromkeys(raw)))


def _is_visible(character: str) -> bool:
    if unicodedata.category(character) in _INVISIBLE:
        return _VISIBLE_FORMAT.match(character) is not None
    return _EMPTY.match(character) is None
