"""What is asked of a forum's data from inside, each in a process of its own, because an application opens one database.

Run by `asking.ask` as a program in the forum's environment: a question as argument, JSON in, JSON out.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event

from app import create_app
from app.addresses import board_url, profile_url, topic_url
from app.features.accounts.actions.security import Browser, open_sign_in
from app.features.accounts.models import MEMBERS, User
from app.features.accounts.queries import guest
from app.features.boards.models import Board
from app.features.posts.models import Post
from app.features.search.jobs import index_next
from app.features.site.queries import settings
from app.features.topics.models import Topic
from app.features.topics.policy import visible_to
from app.kernel import jobs
from app.kernel.db import engine, own_session, session, transaction
from app.operate.site import open_site
from benchmarks.asking import Asked, Cost
from benchmarks.places import Member, Places, page

MEMBERS_SIGNED_IN = 300
COLD_PAGES = 40_000
COLD_PAGES_OF_ONE = 400
BUSY_TOPICS = 200
POSTS_OF_A_SHORT_TOPIC = 10
SAMPLE = 400
TIMES = 9
BOUNDS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


def settle(_given: object) -> None:
    """Do what a server would otherwise do while it is measured: index every post, work off every job that is due."""
    open_site()
    with own_session():
        while index_next():
            pass
    jobs.schedule()
    while jobs.run_next():
        pass


def find_places(_given: object) -> Places:
    """Choose addresses and sign members in."""
    open_site()
    with own_session():
        return _find_places()


def _find_places() -> Places:
    readable = sa.and_(visible_to(guest()), Topic.link_to_id.is_(None), Topic.post_count > 0)
    size = settings()

    def topics(order: Any, limit: int) -> Sequence[Topic]:
        return session.scalars(sa.select(Topic).where(readable).order_by(order, Topic.id).limit(limit)).all()

    longest = topics(Topic.post_count.desc(), 1)[0]
    short = topics(sa.func.abs(Topic.post_count - POSTS_OF_A_SHORT_TOPIC), 1)[0]
    boards = sa.select(Board).where(Board.id.in_(sa.select(Topic.board_id).where(readable)))
    board = session.scalars(boards.order_by(Board.topic_count.desc(), Board.id).limit(1)).one()
    best = session.scalars(sa.select(User).order_by(User.post_count.desc(), User.id).limit(1)).one()
    listed = session.scalar(sa.select(sa.func.count()).select_from(Topic).where(readable, Topic.board_id == board.id))
    last_post = session.scalars(sa.select(Post).where(Post.id == longest.last_post_id)).one()
    common, rare = _words()
    return Places(
        posts=session.scalar(sa.select(sa.func.count()).select_from(Post)) or 0,
        topics=session.scalar(sa.select(sa.func.count()).select_from(Topic)) or 0,
        short=topic_url(short.id, short.slug),
        longest=topic_url(longest.id, longest.slug),
        longest_posts=longest.post_count,
        longest_pages=_pages(longest.post_count, size.posts_per_page),
        board=board_url(board.id, board.slug),
        board_topics=listed or 0,
        board_pages=_pages(listed or 0, size.topics_per_page),
        profile=profile_url(best.id, best.slug),
        last_post=last_post.id,
        newest_post=session.scalar(sa.select(sa.func.max(Post.id))) or 0,
        common_word=common,
        rare_word=rare,
        talk=[topic_url(t.id, t.slug) for t in topics(Topic.last_post_id.desc(), BUSY_TOPICS)],
        cold=_cold(topics(Topic.id, COLD_PAGES), size.posts_per_page),
        members=_sign_in({last_post.author_id, longest.author_id}),
    )


def _pages(count: int, size: int) -> int:
    return max(1, -(-count // size))


def _cold(topics: Sequence[Topic], size: int) -> list[str]:
    found = [
        page(topic_url(topic.id, topic.slug), number)
        for topic in topics
        for number in range(1, min(_pages(topic.post_count, size), COLD_PAGES_OF_ONE) + 1)
    ]
    random.Random(7).shuffle(found)
    return found[:COLD_PAGES]


def _words() -> tuple[str, str]:
    """A word of many posts and one of few."""
    last = session.scalar(sa.select(sa.func.max(Post.id))) or 0
    chosen = random.Random(7).sample(range(1, last + 1), min(SAMPLE, last))
    counted = Counter(
        word.lower()
        for excerpt in session.scalars(sa.select(Post.excerpt).where(Post.id.in_(chosen)))
        for word in set(excerpt.split())
        if word.isalpha() and word.isascii() and len(word) > 3
    )
    ordered = [word for word, _count in counted.most_common()]
    return (ordered[0], ordered[-1]) if ordered else ("forum", "seldom")


def _sign_in(but: Collection[int]) -> list[Member]:
    """Sign ordinary members in, except these."""
    ordinary = sa.and_(User.group_id == MEMBERS, User.id.not_in(but))
    wanted = sa.select(User).where(ordinary).order_by(User.id).limit(MEMBERS_SIGNED_IN)
    browser = Browser(network="127.0.0.1", device="Benchmark")
    with transaction():
        return [
            Member(id=user.id, token=open_sign_in(user, browser, is_remembered=False)[1])
            for user in session.scalars(wanted).all()
        ]


def list_sources(asked: Mapping[str, Any]) -> list[str]:
    """The texts of posts younger than the post `after` that begin with `prefix`."""
    open_site()
    with own_session():
        younger = session.scalars(sa.select(Post.source).where(Post.id > asked["after"]))
        return [source for source in younger if source.startswith(asked["prefix"])]


def count_statements(asked: Sequence[Asked]) -> dict[str, Cost]:
    """The cost of each request, by its key. One that changes something is made once; the others often, warmed up."""
    app = create_app()
    seen: list[float] = []
    _count_into(seen)
    costs: dict[str, Cost] = {}
    for one in asked:
        made = [_cost(app, one, seen) for _turn in range(1 if one["method"] == "POST" else TIMES + 1)]
        kept = made[1:] or made
        costs[one["key"]] = Cost(
            status=kept[-1]["status"],
            statements=statistics.median(cost["statements"] for cost in kept),
            sql_ms=statistics.median(cost["sql_ms"] for cost in kept),
            all_ms=statistics.median(cost["all_ms"] for cost in kept),
        )
    return costs


def _cost(app: Any, one: Asked, seen: list[float]) -> Cost:
    client = app.test_client(use_cookies=False)
    headers = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
    headers |= {"Cookie": one["cookie"]} if one["cookie"] else {}
    seen.clear()
    began = time.perf_counter()
    answer = client.open(one["path"], method=one["method"], data=dict(one["form"]) or None, headers=headers)
    answer.get_data()
    took = time.perf_counter() - began
    return Cost(status=answer.status_code, statements=len(seen), sql_ms=sum(seen) * 1000, all_ms=took * 1000)


def _count_into(seen: list[float]) -> None:
    """Keep the seconds of every statement but the bounds of transactions."""

    @event.listens_for(engine(), "before_cursor_execute")
    def _begin(connection: Any, *_rest: object) -> None:
        connection.info["began"] = time.perf_counter()

    @event.listens_for(engine(), "after_cursor_execute")
    def _end(connection: Any, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(BOUNDS):
            seen.append(time.perf_counter() - connection.info["began"])


QUESTIONS: Mapping[str, Callable[[Any], object]] = {
    "settle": settle,
    "places": find_places,
    "sources": list_sources,
    "statements": count_statements,
}


if __name__ == "__main__":
    print(json.dumps(QUESTIONS[sys.argv[1]](cast("Any", json.load(sys.stdin)))))
