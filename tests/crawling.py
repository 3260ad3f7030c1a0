"""A crawler that keeps to the rules: it reads robots.txt, leaves out what is `nofollow`, and goes on until nothing is new."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup

SITE = "http://localhost"
MOST = 500
HOPS = 3


class Robots:
    """The rules of a robots.txt with one group for everyone, read as RFC 9309 says (sections 2.2.2 and 2.2.3)."""

    def __init__(self, text: str) -> None:
        lines = [line.partition(":") for line in text.splitlines() if ":" in line]
        self.said = [(name.strip().lower(), value.strip()) for name, _, value in lines]
        self._rules = [
            (len(path), name == "allow", _pattern(path)) for name, path in self.said if name in {"allow", "disallow"}
        ]

    @property
    def sitemaps(self) -> list[str]:
        return [value for name, value in self.said if name == "sitemap"]

    def allows(self, address: str) -> bool:
        fitting = [(length, allows) for length, allows, pattern in self._rules if pattern.match(unquote(address))]
        return max(fitting, default=(0, True))[1]


def _pattern(path: str) -> re.Pattern[str]:
    ends = path.endswith("$")
    parts = map(re.escape, path.removesuffix("$").split("*"))
    return re.compile(".*".join(parts) + ("$" if ends else ""))


@dataclass
class Seen:
    """A page with what it says of itself and its links that may be followed."""

    address: str
    page: BeautifulSoup
    followed: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    def link(self, rel: str) -> str | None:
        found = self.page.find("link", rel=rel)
        return None if found is None else str(found["href"])

    @property
    def is_for_the_index(self) -> bool:
        said = self.page.find("meta", attrs={"name": "robots"})
        return said is None or "noindex" not in said["content"]


@dataclass
class Crawl:
    """`pages` by address, `moved` with where each address led, `failed` with its status."""

    robots: Robots
    pages: dict[str, Seen] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)


def crawl(browser: Any, start: str = "/") -> Crawl:
    """Follow everything that may be followed. Raises AssertionError when it does not end."""
    found = Crawl(Robots(browser.get("/robots.txt").text))
    ahead, known = [start], {start}
    while ahead:
        assert len(known) <= MOST, "this goes on and on"
        address = ahead.pop(0)
        answer = browser.get(address)
        if answer.status_code in {301, 302}:
            target = _address(address, answer.location)
            assert target is not None, f"{address} leads away from the site"
            found.moved[address] = target
            new = {target}
        elif answer.status_code == 200:
            seen = found.pages[address] = _read(address, answer.text, found.robots)
            new = seen.followed
        else:
            found.failed[address] = answer.status_code
            continue
        ahead += sorted(new - known)
        known |= new
    return found


def _read(address: str, text: str, robots: Robots) -> Seen:
    seen = Seen(address, BeautifulSoup(text, "html.parser"))
    for link in seen.page.find_all("a", href=True):
        target = _address(address, link["href"])
        if target is None:
            continue
        if not robots.allows(target) and "nofollow" not in link.get("rel", []):
            seen.closed.add(target)
        elif "nofollow" not in link.get("rel", []):
            seen.followed.add(target)
    return seen


def _address(here: str, href: str) -> str | None:
    """The address within the site a link leads to; None for one that leaves it."""
    whole = urljoin(SITE + here, urldefrag(href)[0])
    parts = urlsplit(whole)
    if f"{parts.scheme}://{parts.netloc}" != SITE:
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
