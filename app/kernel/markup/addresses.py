"""Which addresses a link may have, and how they are written."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

SCHEMES = frozenset({"http", "https", "mailto"})

_SCHEME = re.compile(r"([^/?#]*?):")
_EXTERNAL = re.compile(r"https?:", re.IGNORECASE)
_POST = re.compile(r"/post/[0-9]{1,18}/")


def is_allowed(address: str) -> bool:
    """No address at all is refused too, and so is a relative one that a careless reader could take for a scheme."""
    scheme = _SCHEME.match(address)
    return bool(address) and (scheme is None or scheme[1].lower() in SCHEMES)


def is_external(address: str) -> bool:
    return _EXTERNAL.match(address) is not None


def is_post_link(address: str) -> bool:
    """Whether it is a post's permanent address, which marks a quotation."""
    return _POST.fullmatch(address) is not None


class AddressedMarkdown(MarkdownIt):
    """Asks this module about every address."""

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return is_allowed(url)

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        address = super().normalizeLink(url.strip())
        return f"https:{address}" if address.startswith("//") else address
