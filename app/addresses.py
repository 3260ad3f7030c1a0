"""Where everything lives: the addresses of DESIGN section 5, as strings, for whoever links there."""

from __future__ import annotations

from functools import lru_cache
from urllib import parse

# The same slugs come again and again.
quote = lru_cache(maxsize=20_000)(parse.quote)


def topic_url(topic_id: int, slug: str, page: int = 1) -> str:
    base = f"/topic/{topic_id}-{quote(slug)}/"
    return base if page <= 1 else f"{base}page/{page}/"


def board_url(board_id: int, slug: str, page: int = 1) -> str:
    base = f"/board/{board_id}-{quote(slug)}/"
    return base if page <= 1 else f"{base}page/{page}/"


def profile_url(user_id: int, slug: str) -> str:
    return f"/profile/{user_id}-{quote(slug)}/"


def post_url(post_id: int) -> str:
    return f"/post/{post_id}/"


def unread_url(topic_id: int, slug: str) -> str:
    return f"/topic/{topic_id}-{quote(slug)}/unread"
