"""One viewer of each kind, and the places and things they are asked about. Nothing here is in a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.features.accounts.models import MEMBERS, Right
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts
from app.features.moderation.models import LogEntry
from app.features.posts.models import Post
from app.features.topics.models import DELETED, HIDDEN, MERGED, Topic

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
RECENT, LONG_AGO = AT - timedelta(minutes=5), AT - timedelta(days=60)

OPEN, PRIVATE, READ_ONLY, CATEGORY, ELSEWHERE = 1, 2, 3, 4, 5
_READ = Right.SEE | Right.READ
_WRITE = _READ | Right.START | Right.REPLY | Right.ATTACH
_MEMBER = {OPEN: _WRITE, READ_ONLY: _READ, CATEGORY: _READ, ELSEWHERE: _WRITE}
_STAFF = {**_MEMBER, PRIVATE: _WRITE}
_BY_MEMBERS = frozenset({MEMBERS})

AUTHOR_ID = 11
VIEWERS: Mapping[str, Viewer] = {
    "guest": Viewer(id=None, rights=dict.fromkeys((OPEN, READ_ONLY, CATEGORY, ELSEWHERE), _READ)),
    "member": Viewer(id=10, rights=_MEMBER, group_ids=_BY_MEMBERS, confirmed_at=RECENT),
    "author": Viewer(id=AUTHOR_ID, rights=_MEMBER, group_ids=_BY_MEMBERS, confirmed_at=RECENT),
    "board moderator": Viewer(
        id=12,
        rights=_MEMBER,
        group_ids=_BY_MEMBERS,
        moderated_board_ids=frozenset({OPEN, READ_ONLY}),
        confirmed_at=RECENT,
    ),
    "moderator": Viewer(id=13, rights=_STAFF, moderates_all=True, confirmed_at=RECENT),
    "administrator": Viewer(
        id=14,
        rights=dict.fromkeys((OPEN, PRIVATE, READ_ONLY, CATEGORY, ELSEWHERE), Right(0)),
        is_admin=True,
        confirmed_at=RECENT,
    ),
}


def _board(board_id: int, name: str, *, edit_minutes: int | None = None) -> BoardFacts:
    return BoardFacts(
        id=board_id,
        parent_id=None,
        is_category=board_id == CATEGORY,
        name=name,
        slug=name,
        description="",
        icon="messages",
        has_ratings=True,
        counts_posts=True,
        edit_minutes=edit_minutes,
    )


OPEN_BOARD = _board(OPEN, "open")
PRIVATE_BOARD = _board(PRIVATE, "private")
READ_ONLY_BOARD = _board(READ_ONLY, "read-only")
CATEGORY_BOARD = _board(CATEGORY, "category")
ELSEWHERE_BOARD = _board(ELSEWHERE, "elsewhere")
TIMED_BOARD = replace(OPEN_BOARD, edit_minutes=60)
UNRATED_BOARD = replace(OPEN_BOARD, has_ratings=False)


def topic(**more: object) -> Topic:
    facts = {
        "id": 1,
        "board_id": OPEN,
        "author_id": AUTHOR_ID,
        "title": "A topic",
        "state": "published",
        "first_post_id": 1,
    }
    return Topic(**(facts | more))


def post(**more: object) -> Post:
    facts = {"id": 2, "topic_id": 1, "author_id": AUTHOR_ID, "state": "published", "created_at": RECENT}
    return Post(**(facts | more))


def entry(act: str, board_id: int | None) -> LogEntry:
    return LogEntry(id=1, act=act, board_id=board_id, actor_id=13)


TOPIC = topic()
LOCKED = topic(locked_at=RECENT)
HIDDEN_TOPIC = topic(state=HIDDEN, state_at=RECENT)
DELETED_TOPIC = topic(state=DELETED, state_at=RECENT)
LONG_DELETED_TOPIC = topic(state=DELETED, state_at=LONG_AGO)
MERGED_TOPIC = topic(state=MERGED, merged_into_id=9)
LINK = topic(id=3, link_to_id=1, first_post_id=None)
PRIVATE_TOPIC = topic(board_id=PRIVATE)
READ_ONLY_TOPIC = topic(board_id=READ_ONLY)
OTHER_TOPIC = topic(id=5, board_id=ELSEWHERE)
POST = post()
FIRST_POST = post(id=1)
OLD_POST = post(created_at=LONG_AGO)
HIDDEN_POST = post(state=HIDDEN, state_at=RECENT)
DELETED_POST = post(state=DELETED, state_at=RECENT)
LONG_DELETED_POST = post(state=DELETED, state_at=LONG_AGO)
