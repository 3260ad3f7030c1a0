"""The readable part of an address. It is decoration: the id before it decides."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 80


def slugify(title: str, fallback: str = "-") -> str:
    """Lower-case words joined by dashes, at most 80 characters, cut between words. Letters of every script stay."""
    plain = unicodedata.normalize("NFKD", title[:400].casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c) or unicodedata.category(c) == "Mc")
    plain = re.sub(r"['’‘`]", "", unicodedata.normalize("NFC", plain))
    words = re.findall(r"\w+", plain.replace("_", " "))

    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:MAX_LENGTH]
        if len(longer) > MAX_LENGTH:
            break
        slug = longer
    return slug or fallback
