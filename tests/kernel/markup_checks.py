"""What the tests of the renderer share: the whole vocabulary of its HTML, read by a parser of its own, and the corpora."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest

SHARED = Path(__file__).parents[3] / "shared"

# Written out again rather than imported: a widened allow-list has to be widened here too.
ALLOWED: dict[str, dict[str, str]] = {
    **{tag: {} for tag in ("em", "strong", "s", "code", "br", "hr", "table", "thead", "tbody", "tr")},
    **{tag: {"dir": "auto"} for tag in ("p", "h4", "h5", "h6", "ul", "blockquote", "figcaption", "summary")},
    "a": {"href": ".+", "title": ".+", "rel": "ugc nofollow noopener"},
    "details": {"class": "spoiler"},
    "div": {"class": "table-wrap", "role": "region", "aria-label": "Table", "tabindex": "0"},
    "figure": {"class": "quote|code"},
    "li": {"class": "task"},
    "ol": {"dir": "auto", "start": r"\d+"},
    "pre": {"dir": "ltr", "tabindex": "0"},
    "span": {"class": "tok-[cks]"},
    "td": {"dir": "auto", "class": "n|mid"},
    "th": {"dir": "auto", "class": "n|mid", "scope": "col"},
}


def tree(html: str) -> Any:
    return html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)


def assert_harmless(html: str) -> None:
    """Every element, attribute, value and scheme a browser would find is one the renderer means to write."""
    for element in tree(html).iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        assert element.tag in ALLOWED, element.tag
        for name, value in element.attrib.items():
            assert name in ALLOWED[element.tag], (element.tag, name)
            assert re.fullmatch(ALLOWED[element.tag][name], value, re.DOTALL), (element.tag, name, value)
        if "href" in element.attrib:
            _assert_harmless_address(element)


def _assert_harmless_address(link: Any) -> None:
    address = link.attrib["href"]
    parts = urlsplit(address)
    assert parts.scheme in {"", "http", "https", "mailto"}, address
    assert not re.search(r"[\x00-\x20\\]", address), address
    assert not address.startswith("//"), address
    assert (link.attrib.get("rel") is not None) == (parts.scheme in {"http", "https"}), address


def corpus(name: str) -> list[Any]:
    """The inputs of a public test suite; skips, and says so, where its folder does not stand beside the project."""
    path = SHARED / "corpora" / name
    if not path.exists():
        pytest.skip(f"{name} is not there: put the corpora into ../shared/corpora to run this")
    return list(json.loads(path.read_text(encoding="utf-8")))


def abuse_cases(area: str) -> list[dict[str, str]]:
    path = SHARED / "reference" / "abuse.jsonl"
    if not path.exists():
        pytest.skip("abuse.jsonl is not there: put it into ../shared/reference to run this")
    cases = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [case for case in cases if case["area"] == area]


def raise_fault(*_: object) -> None:
    """Stands in for the log, so that a fault the renderer would survive fails the test."""
    fault = sys.exception()
    assert fault is not None
    raise fault
