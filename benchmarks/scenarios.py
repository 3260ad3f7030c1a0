"""The table of pages that are measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.places import Places, page

# From the page cache; made for the request, with the cache off; a member's, which no page cache serves.
CACHED, FRESH, MEMBER = "cached", "fresh", "member"


@dataclass(frozen=True)
class Scenario:
    """A page in a mode. With `revalidates` the client shows the ETag it got before and wants a 304; with `by_many` all
    members ask in turn, because one may do so only so often.
    """

    key: str
    title: str
    mode: str
    path: Callable[[Places], str]
    revalidates: bool = False
    by_many: bool = False

    @property
    def name(self) -> str:
        return f"{self.key} {self.mode}"


def _search(word: str) -> str:
    return f"/search/?{urlencode({'q': word})}"


def _middle(pages: int) -> int:
    return (pages + 1) // 2


GUEST_PAGES: tuple[tuple[str, str, Callable[[Places], str]], ...] = (
    ("thread-short", "topic of about 10 posts", lambda at: at["short"]),
    ("thread-first", "longest topic, first page", lambda at: at["longest"]),
    ("thread-middle", "longest topic, middle page", lambda at: page(at["longest"], _middle(at["longest_pages"]))),
    ("thread-last", "longest topic, last page", lambda at: page(at["longest"], at["longest_pages"])),
    ("board-first", "largest board, first page", lambda at: at["board"]),
    ("board-last", "largest board, last page", lambda at: page(at["board"], at["board_pages"])),
    ("index", "index", lambda _at: "/"),
    ("profile", "profile of the busiest member", lambda at: at["profile"]),
)
MEMBER_PAGES: tuple[tuple[str, str, Callable[[Places], str]], ...] = (
    ("thread-first", "longest topic, first page", lambda at: at["longest"]),
    ("board-first", "largest board, first page", lambda at: at["board"]),
)
SEARCHES: tuple[tuple[str, str, Callable[[Places], str]], ...] = (
    ("search-common", "search, a word in many posts", lambda at: _search(at["common_word"])),
    ("search-rare", "search, a word in few posts", lambda at: _search(at["rare_word"])),
)
SCENARIOS = (
    *(Scenario(key, title, CACHED, path) for key, title, path in GUEST_PAGES),
    Scenario("not-modified", "longest topic, first page, 304", CACHED, lambda at: at["longest"], revalidates=True),
    *(Scenario(key, title, FRESH, path) for key, title, path in GUEST_PAGES),
    *(Scenario(key, title, MEMBER, path) for key, title, path in MEMBER_PAGES),
    *(Scenario(key, title, MEMBER, path, by_many=True) for key, title, path in SEARCHES),
)
