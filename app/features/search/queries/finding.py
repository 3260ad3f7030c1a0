"""Finding posts.

The newest matches are looked through first, with rights and filters inside the query, and only so many are ever looked
at: a common word costs no more than a rare one. PostgreSQL's index gives matches in no order, so it is asked about the
newest posts first, and about eight times as many whenever those were not enough.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from app.features.accounts.models import Right
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import tree
from app.features.posts.models import Post
from app.features.posts.policy import visible_to
from app.features.search import matching
from app.features.search.asking import Query
from app.features.search.matching import Narrowed, Wanted
from app.features.search.models import Entry, IndexedDay
from app.features.topics.models import Topic
from app.kernel.db import MAX_ID, is_busy, session
from app.kernel.errors import StoaError

RANKED = 5_000  # the newest matches, of which the best are shown; fewer for a query of many words
RANKED_AT_LEAST = 1_000
LOOKED_AT = 20_000  # matches in one search; beyond them the reader decides whether to go on
SECONDS = 1.0  # a statement that takes longer is given up
PATIENCE = 0.3  # seconds after which nothing more is begun
STEPS = 10_000  # of SQLite between two looks at the clock
FIRST_WINDOW, RANKED_WINDOW, GROWTH = 4_000, 20_000, 8  # posts

_WORDS: Any = sa.table("search_words", sa.column("rowid", sa.Integer), sa.column("search_words", sa.Text))
_BOTTOM, _TOP, _SIZE = (sa.bindparam(name, type_=sa.Integer) for name in ("bottom", "top", "size"))


EVERYWHERE = Narrowed()


class TooSlow(StoaError):
    """The search was given up; narrowing it helps."""

    status = 503


@dataclass(frozen=True)
class Asked:
    """A query and where it looks; between two moments, the second excluded."""

    query: Query
    narrowed: Narrowed = EVERYWHERE
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to go by: neither a word that must occur nor a topic or an author."""
        return not self.query.groups and self.narrowed.topic_id is None and self.narrowed.author_id is None


@dataclass(frozen=True)
class Found:
    """Ids of posts, in order. `before`: nothing older than this id was looked at; None when everything was."""

    post_ids: Sequence[int]
    before: int | None = None


@dataclass(frozen=True)
class _Look:
    """Matches the viewer may read, and below which id to go on; None at the end of all."""

    rows: Sequence[Any]
    below: int | None


def newest(asked: Asked, viewer: Viewer, *, before: int | None, limit: int) -> Found:
    """The newest matching posts the viewer may read, among those with ids below `before`. Raises TooSlow."""
    found: list[int] = []
    below = None
    for look in _looking(asked, viewer, before, first=limit * 4, is_ranked=False):
        found += sorted((row.post_id for row in look.rows), reverse=True)
        if len(found) > limit:
            return Found(found[:limit], found[limit - 1])
        below = look.below
    return Found(found, below)


def best(asked: Asked, viewer: Viewer) -> Found:
    """The best of the newest matching posts, as far as the viewer may read them. Raises TooSlow."""
    size = max(RANKED_AT_LEAST, 2 * RANKED // (1 + len(asked.query.wanted)))
    found: list[Any] = []
    below = None
    for look in _looking(asked, viewer, None, first=min(size, RANKED), is_ranked=True):
        found += look.rows
        below = look.below
        if len(found) > size // 2:
            break
    rank: Any = matching.rank_of(matching.wanted(asked.query, asked.narrowed)) if is_sqlite() else float
    ordered = sorted((rank(row.rank), -row.post_id) for row in found)
    return Found([-post_id for _, post_id in ordered], below)


def is_sqlite() -> bool:
    return bool(session.get_bind().dialect.name == "sqlite")


def _looking(asked: Asked, viewer: Viewer, before: int | None, *, first: int, is_ranked: bool) -> Iterator[_Look]:
    """Look further and further back, until everything or enough was looked at, or it took long enough. Raises TooSlow
    when not even the newest posts can be looked through in time.
    """
    asked = replace(asked, narrowed=_narrowed_by_rights(asked.narrowed, viewer))
    if asked.narrowed.board_ids == frozenset():
        return
    _prepare()
    low, high, newest_id = _bounds(asked)
    high = min(high, newest_id, (before or MAX_ID + 1) - 1)
    statement = _statement(asked, viewer, is_ranked=is_ranked)
    width = MAX_ID if is_sqlite() else RANKED_WINDOW if is_ranked else FIRST_WINDOW
    size, looked_at, end, has_looked = first, 0, time.monotonic() + PATIENCE, False
    while low <= high and looked_at < LOOKED_AT:
        bottom = max(low, high - width + 1)
        try:
            found = _run(statement, {"bottom": bottom, "top": high, "size": size})
        except TooSlow:
            if has_looked:
                return
            raise
        summary = next(row for row in reversed(found) if row.looked_at is not None)
        if summary.looked_at == size:
            high = summary.post_id - 1
        else:
            high, width = bottom - 1, width * GROWTH
        yield _Look([row for row in found if row.looked_at is None], below=high + 1 if low <= high else None)
        size, looked_at, has_looked = RANKED, looked_at + summary.looked_at, True
        if time.monotonic() > end:
            return


def _prepare() -> None:
    """Until the transaction ends PostgreSQL gives up in time, plans for the very words, rare or common, and asks about
    rights match by match: it would rather read all the posts there are, and take apart the tokens of each.
    """
    if is_sqlite():
        return
    wanted = {
        "statement_timeout": f"{int(SECONDS * 1000)}",
        "plan_cache_mode": "force_custom_plan",
        "jit": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
        "random_page_cost": "1.1",
    }
    session.execute(sa.select(*(sa.func.set_config(name, value, True) for name, value in wanted.items())))


def _narrowed_by_rights(narrowed: Narrowed, viewer: Viewer) -> Narrowed:
    """The boards to look in, as far as the index knows them: it need not be told where the viewer reads nearly all."""
    readable = frozenset(viewer.board_ids(Right.READ))
    if narrowed.board_ids is not None:
        return replace(narrowed, board_ids=narrowed.board_ids & readable)
    if len(readable) * 2 < len(tree().boards) or not readable:
        return replace(narrowed, board_ids=readable)
    return narrowed


def _bounds(asked: Asked) -> tuple[int, int, int]:
    """The lowest and the highest id of the posts of the days asked for, and perhaps of some others; the newest id."""
    newest_id = sa.select(sa.func.max(Entry.post_id)).scalar_subquery()
    days = sa.select(sa.func.min(IndexedDay.first_post_id), sa.func.max(IndexedDay.last_post_id), newest_id)
    if asked.since is not None:
        days = days.where(IndexedDay.day >= asked.since.astimezone(UTC).date())
    if asked.until is not None:
        days = days.where(IndexedDay.day <= asked.until.astimezone(UTC).date())
    low, high, last = session.execute(days).one()
    return (low, high, last or 0) if low is not None else (1, 0, 0)


def _statement(asked: Asked, viewer: Viewer, *, is_ranked: bool) -> Any:
    """The newest matches between two ids, as far as the viewer may read them, with what they are ranked by; and one
    last row with the lowest id and the number of all that were looked at.
    """
    wanted = matching.wanted(asked.query, asked.narrowed)
    matches = _fts5_matches(wanted) if is_sqlite() else _tsvector_matches(wanted)
    post = sa.select(sa.literal(1)).select_from(Post).join(Topic, Topic.id == Post.topic_id)
    may_be_shown = post.where(Post.id == matches.c.post_id, _readable(asked, viewer)).correlate(matches).exists()
    rank: Any = _ranked_by(wanted, matches) if is_ranked else sa.null()
    return sa.union_all(
        sa.select(matches.c.post_id, rank.label("rank"), sa.null().label("looked_at")).where(may_be_shown),
        sa.select(sa.func.min(matches.c.post_id), sa.null(), sa.func.count()).select_from(matches),
    )


def _fts5_matches(wanted: Wanted) -> sa.CTE:
    rows = sa.select(_WORDS.c.rowid.label("post_id")).where(
        _WORDS.c.search_words.op("MATCH")(matching.fts5(wanted)), _WORDS.c.rowid.between(_BOTTOM, _TOP)
    )
    return rows.order_by(_WORDS.c.rowid.desc()).limit(_SIZE).cte("matches")


def _tsvector_matches(wanted: Wanted) -> sa.CTE:
    """Materialised, or the planner walks the primary key in search of a rare word."""
    found = (
        sa.select(Entry.post_id)
        .where(Entry.tokens.op("@@")(_as_tsquery(matching.tsquery(wanted))), Entry.post_id.between(_BOTTOM, _TOP))
        .cte("found")
        .prefix_with("MATERIALIZED")
    )
    return sa.select(found.c.post_id).order_by(found.c.post_id.desc()).limit(_SIZE).cte("matches")


def _ranked_by(wanted: Wanted, matches: sa.CTE) -> sa.ScalarSelect[Any]:
    """PostgreSQL's own rank; on SQLite the tokens, for `matching.rank_of`."""
    query = _as_tsquery(matching.tsquery_of_rank(wanted))
    rank: Any = Entry.tokens if is_sqlite() else -sa.func.ts_rank(Entry.tokens, query, 1)
    return sa.select(rank).where(Entry.post_id == matches.c.post_id).correlate(matches).scalar_subquery()


def _as_tsquery(query: str) -> sa.ColumnElement[Any]:
    return sa.cast(query, postgresql.TSQUERY)


def _readable(asked: Asked, viewer: Viewer) -> sa.ColumnElement[bool]:
    """What the viewer may read at this moment, of what was asked for: the index may be behind in where posts stand."""
    narrowed = asked.narrowed
    rules = [visible_to(viewer)]
    if narrowed.board_ids is not None:
        rules.append(Topic.board_id.in_(narrowed.board_ids))
    if narrowed.topic_id is not None:
        rules.append(Post.topic_id == narrowed.topic_id)
    if narrowed.author_id is not None:
        rules.append(Post.author_id == narrowed.author_id)
    if narrowed.only_titles:
        rules.append(Topic.first_post_id == Post.id)
    if asked.since is not None:
        rules.append(Post.created_at >= asked.since)
    if asked.until is not None:
        rules.append(Post.created_at < asked.until)
    return sa.and_(*rules)


def _run(statement: Any, values: dict[str, int]) -> Sequence[Any]:
    """The rows of a statement. Raises TooSlow, and ends what was read so far, when it takes longer than SECONDS."""
    try:
        with _stopped_in_time():
            return session.execute(statement, values).all()
    except DBAPIError as error:
        if is_busy(error) or "interrupted" in str(error.orig):
            session.rollback()
            raise TooSlow from error
        raise


@contextmanager
def _stopped_in_time() -> Iterator[None]:
    if not is_sqlite():
        yield  # `_prepare` has set the limit
        return
    connection: Any = session.connection().connection.driver_connection
    end = time.monotonic() + SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
