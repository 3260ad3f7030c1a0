"""Where the load goes in a seeded forum: addresses, members who are signed in, a word that many posts have."""

from __future__ import annotations

from typing import TypedDict


class Member(TypedDict):
    """Somebody who is signed in; `token` is what the cookie holds."""

    id: int
    token: str


class Places(TypedDict):
    """`cold` are addresses of many different pages, in no order; `talk` those of topics people are busy in."""

    posts: int
    topics: int
    short: str
    longest: str
    longest_posts: int
    longest_pages: int
    board: str
    board_topics: int
    board_pages: int
    profile: str
    last_post: int
    newest_post: int
    common_word: str
    rare_word: str
    talk: list[str]
    cold: list[str]
    members: list[Member]


def page(address: str, number: int) -> str:
    """The address of a further page of a topic or a board."""
    return address if number <= 1 else f"{address}page/{number}/"
