"""What a page or an act costs does not grow with the forum: its statements find their few rows by an index, and the database
does no more for it in a large forum than in one a tenth of the size.
"""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from app.addresses import board_url, profile_url
from app.features.accounts.actions import security
from app.features.accounts.actions.security import Browser
from app.features.accounts.models import User
from app.features.accounts.queries import viewer_of
from app.features.boards.models import Board
from app.features.boards.queries import get_board
from app.features.follows import actions as follows
from app.features.moderation import actions as moderation
from app.features.notifications import actions as notifications
from app.features.posts import actions as posts
from app.features.posts.models import Post
from app.features.ratings import actions as ratings
from app.features.reactions import actions as reactions
from app.features.topics import actions as topics
from app.features.topics.models import PUBLISHED, Topic
from app.features.topics.queries.lists import count_listed
from app.kernel import migrate
from app.kernel.db import session, transaction
from app.operate.bench.seed import seed
from app.operate.bench.size import Size
from tests import databases

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")

SMALL = Size(members=80, topics=800, posts=3_000, longest=400, boards=3)
LARGE = Size(members=800, topics=8_000, posts=30_000, longest=4_000, boards=3)
PAGE = 25

# Tables that grow with the forum, whatever a statement calls them.
GROWING = "topics|posts|users|topic_reads|notifications|reactions|ratings|follows|moderation_log|found|target|writer"
LOOKS_AT_ALL = re.compile(rf"^SCAN ({GROWING})(_\d+)?\b")
SORTS = re.compile(r"^USE TEMP B-TREE FOR (?!RIGHT PART|LAST)")

# Statements that may look so, by a part of their text, and why.
EXCEPTIONS = {
    "max(posts.id)": "the end of an index, in one step",
    "max(users.id)": "the end of an index, in one step",
    "FROM board_shelves": "at most 64 shelves of each width",
    "FROM boards": "the latest of each board are merged, as many from each as are shown",
    "FROM presences": "who is present in these minutes, at most 60 of them",
    "FROM reactions": "the reactions to the posts of one page",
    "posts.recommended_at IS NOT NULL": "what staff recommended in one topic",
    "topics.pinned_at IS NOT NULL": "what is pinned in one board",
    "FROM reports": "reports that wait for a moderator",
    "ON anon_1.id = posts.id": "the posts of one page, in order",
    "FROM sign_ins": "where one member is signed in",
    "FROM memberships": "the groups of the members on one page",
    "WHERE moderation_log.id IN": "the entries of one page",
    "UPDATE posts SET position": "the posts after one that was hidden move up by one",
    "GROUP BY posts.author_id": "who wrote in the one topic that comes or goes",
}

# What grows with something else than the forum, and with what.
WITH_SOMETHING_ELSE = {
    "a thread's followers": "its followers are counted on the page that lists them",
    "unread topics": "what the member has read lately is passed over",
    "mark everything read": "the member's own marks are removed",
    "follows": "the page is not full in the small forum",
    "notifications": "the page is not full in the small forum",
    "the log": "the page is not full in the small forum",
    "the log of a board": "the page is not full in the small forum",
}

# Of the database's steps for a page: deeper trees and fuller shelves cost a little more.
MAY_GROW, UNCOUNTED = 1.3, 400
# To find where a page begins by 64 shelves of each width.
SHELVES = 5_000


@dataclass
class Cost:
    """What one page or act asked of the database."""

    steps: int = 0
    statements: list[tuple[str, Any]] = field(default_factory=list)
    plans: dict[str, list[str]] = field(default_factory=dict)


class Meter:
    """Counts SQLite's own steps, ten at a time, and gathers statements."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine, self.steps, self.statements = engine, 0, []  # type: ignore[var-annotated]
        sa.event.listen(engine, "checkout", self._watch)
        sa.event.listen(engine, "before_cursor_execute", self._note)

    def _watch(self, connection: Any, *_: Any) -> None:
        connection.set_progress_handler(self._step, 10)

    def _step(self) -> int:
        self.steps += 10
        return 0

    def _note(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            self.statements.append((statement, parameters[0] if many else parameters))

    @contextmanager
    def measuring(self) -> Iterator[Cost]:
        cost = Cost()
        before, self.statements = self.steps, []
        yield cost
        cost.steps, cost.statements = self.steps - before, self.statements

    def explain(self, cost: Cost) -> None:
        with self.engine.connect() as connection:
            for statement, parameters in cost.statements:
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                cost.plans[statement] = [str(row[3]) for row in rows]


def pages(longest: Topic, short: Topic, author: User, board: Board) -> dict[str, tuple[str, str]]:
    """Who asks for what."""
    thread, middle = f"/topic/{longest.id}-{longest.slug}/", longest.post_count // PAGE // 2
    end, board_end = longest.post_count // PAGE, count_listed(board) // PAGE
    listing = board_url(board.id, board.slug)
    profile = profile_url(author.id, author.slug)
    everyone = {
        "the index": "/",
        "a board": listing,
        "a board's middle": f"{listing}page/{board_end // 2}/",
        "a board's end": f"{listing}page/{board_end}/",
        "a board by views": f"{listing}?sort=views",
        "the last page by replies": f"{listing}page/12/?sort=replies",
        "a thread": thread,
        "a thread's middle": f"{thread}page/{middle}/",
        "a thread's end": f"{thread}page/{end}/",
        "a short thread": f"/topic/{short.id}-{short.slug}/",
        "a profile": profile,
        "a profile's topics": f"{profile}?tab=topics",
        "a profile's followers": f"{profile}followers",
        "the activity": "/activity/",
        "older activity": f"/activity/?before={longest.last_post_id}",
        "a post": f"/post/{longest.last_post_id}/",
        "who reacted": f"/post/{longest.first_post_id}/reactions/",
        "the new in a thread": f"{thread}unread",
        "a thread's followers": f"{thread}followers",
        "robots.txt": "/robots.txt",
    }
    members = {
        "unread topics": "/unread/",
        "notifications": "/notifications/",
        "follows": "/settings/follows/",
    }
    moderators = {
        "moderation": "/moderation/",
        "the log": "/moderation/log/",
        "the log of a board": "/moderation/log/?board=1",
        "the log of a topic": f"/moderation/log/?topic={longest.id}",
        "the reports": "/moderation/reports/",
        "closed reports": "/moderation/reports/closed/",
    }
    administrators = {"administration": "/admin/", "members": "/admin/members/", "boards": "/admin/boards/"}
    return {
        **{f"{name}, guest": ("", url) for name, url in everyone.items()},
        **{f"{name}, member": ("bench-member", url) for name, url in {**everyone, **members}.items()},
        **{f"{name}, moderator": ("bench-moderator", url) for name, url in {**everyone, **moderators}.items()},
        **{f"{name}, administrator": ("bench-admin", url) for name, url in administrators.items()},
    }


def acts(longest: Topic, short: Topic) -> dict[str, Callable[[], object]]:
    """What members and moderators do, in a long topic of a large board."""
    member, moderator = by_name("bench-member"), by_name("bench-moderator")
    board = get_board(longest.board_id, member)

    def post(position: int) -> Post:
        return session.scalars(sa.select(Post).where(Post.topic_id == longest.id, Post.position == position)).first()  # type: ignore[return-value]

    def last() -> Post:
        return session.get_one(Post, session.get_one(Topic, longest.id, populate_existing=True).last_post_id)

    return {
        "reply": lambda: posts.reply(member, longest, "The kettle is on."),
        "reply again": lambda: posts.reply(member, longest, "And the biscuits are out."),
        "start a topic": lambda: posts.start_topic(member, board, "Biscuits", "Which ones?"),
        "rate": lambda: ratings.rate(member, longest, 4),
        "follow": lambda: follows.follow_topic(moderator, longest, frequency="daily", is_anonymous=False),
        "react": lambda: reactions.react(moderator, post(longest.post_count), longest, "heart"),
        "mark read": lambda: topics.mark_read(member, longest, longest.last_post_id or 0),
        "mark the board read": lambda: topics.mark_board_read(member, board),
        "tell some followers": lambda: notifications.tell_some(last().id, 10**9),
        "hide the last post": lambda: moderation.hide_posts(moderator, [last()]),
        "pin": lambda: moderation.pin_topics(moderator, [short]),
        "unpin": lambda: moderation.unpin_topics(moderator, [short]),
        "hide a topic": lambda: moderation.hide_topics(moderator, [short]),
        "restore a topic": lambda: moderation.restore_topics(moderator, [short]),
        "mark everything read": lambda: topics.mark_everything_read(member),
    }


def by_name(name: str) -> Any:
    return viewer_of(session.scalars(sa.select(User).where(User.name == name)).one())


def measure(app: Any, size: Size, folder: Any) -> dict[str, Cost]:
    with databases.empty("sqlite", folder) as url, databases.opened(url) as engine:
        migrate.upgrade(engine)
        seed(size)
        meter = Meter(engine)
        costs: dict[str, Cost] = {}
        board = session.get_one(Board, 1)
        longest = session.scalars(sa.select(Topic).order_by(Topic.post_count.desc()).limit(1)).one()
        shown = sa.and_(Topic.board_id == 1, Topic.state == PUBLISHED, Topic.pinned_at.is_(None))
        short = session.scalars(sa.select(Topic).where(shown, Topic.post_count == 2).limit(1)).one()
        writes_most = sa.select(User).where(User.name.not_like("bench-%")).order_by(User.post_count.desc())
        author = session.scalars(writes_most.limit(1)).one()
        browsers = {name: browser(app, name) for name in ("", "bench-member", "bench-moderator", "bench-admin")}
        session.rollback()
        for name, (who, address) in pages(longest, short, author, board).items():
            costs[name] = visit(meter, browsers[who], address)
        for name, act in acts(longest, short).items():
            costs[name] = contextvars.Context().run(do, meter, act)
        return costs


def browser(app: Any, name: str) -> Any:
    made = app.test_client()
    if name:
        with transaction():
            user = session.scalars(sa.select(User).where(User.name == name)).one()
            _, token = security.open_sign_in(user, Browser("127.0.0.1", "Test"), is_remembered=True)
        made.set_cookie("sid", token, domain="localhost")
    assert made.get("/rules/").status_code == 200
    assert made.get("/").status_code == 200
    return made


def visit(meter: Meter, by: Any, url: str) -> Cost:
    with meter.measuring() as cost:
        answer = by.get(url)
    assert answer.status_code in {200, 302}, (url, answer.status_code)
    meter.explain(cost)
    return cost


def do(meter: Meter, act: Callable[[], object]) -> Cost:
    with meter.measuring() as cost, transaction():
        act()
    meter.explain(cost)
    return cost


@pytest.fixture(scope="module")
def costs(app: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Cost], dict[str, Cost]]:
    """In a small and in a large forum."""
    small, large = (measure(app, size, tmp_path_factory.mktemp("forum")) for size in (SMALL, LARGE))
    return small, large


def test_no_statement_looks_at_all_of_what_grows(costs):
    _, large = costs
    found = {
        f"{step}: {statement}"
        for cost in large.values()
        for statement, plan in cost.plans.items()
        for step in plan
        if (LOOKS_AT_ALL.search(step) or SORTS.search(step)) and not any(part in statement for part in EXCEPTIONS)
    }

    assert sorted(found) == []


def test_nothing_costs_more_in_a_large_forum(costs):
    small, large = costs
    grown = {
        name: (small[name].steps, cost.steps)
        for name, cost in large.items()
        if cost.steps > MAY_GROW * small[name].steps + UNCOUNTED and name.split(", ")[0] not in WITH_SOMETHING_ELSE
    }

    assert grown == {}


def test_the_last_page_costs_what_the_first_costs(costs):
    _, large = costs

    for who in ("guest", "member", "moderator"):
        for kind in ("board", "thread"):
            first, end = large[f"a {kind}, {who}"].steps, large[f"a {kind}'s end, {who}"].steps
            assert end <= first + SHELVES, (who, kind)
