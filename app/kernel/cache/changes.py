"""What has changed, told to every process that keeps copies of it.

A transaction that changes something readers see writes one row of tags beside it. After the commit its own process drops
its copies; other processes hear of it at once through Redis when there is one, and otherwise find the row by asking twice a
second. Rows are written last in their transaction and, on PostgreSQL, one after the other, so that a higher id is
never seen before a lower one.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import redis
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.cache.copies import EVERYTHING
from app.kernel.clock import now
from app.kernel.db import (
    CreatedAt,
    Id,
    Model,
    after_commit,
    before_commit,
    notes,
    own_session,
    session,
    transaction,
)

log = logging.getLogger(__name__)

ASK_SECONDS = 0.5
KEPT = timedelta(hours=1)
BATCH = 1000
MANY_TAGS = 500
CHANNEL = "stoa:changes"
REDIS_SECONDS = 0.3
RETRY_SECONDS = 2.0
ORDER = 0x5701A  # PostgreSQL's advisory lock that puts changes in order

Drop = Callable[[frozenset[str]], None]


class Change(Model):
    """What one transaction changed, as tags with a space between them."""

    __tablename__ = "changes"

    id: Mapped[Id]
    tags: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[CreatedAt]


def changed(*tags: str) -> None:
    """Say inside a transaction that what readers see of these has changed; copies of it are dropped when it commits.

    Raises RuntimeError outside of one.
    """
    kept = notes()
    if kept is None:
        msg = "changed() outside transaction()"
        raise RuntimeError(msg)
    if changed not in kept:
        kept[changed] = set()
        before_commit(lambda: _write(kept[changed]))
    kept[changed].update(tags)


def _write(said: set[str]) -> None:
    if not said:
        return
    tags = frozenset(said) if EVERYTHING not in said and len(said) <= MANY_TAGS else frozenset({EVERYTHING})
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(ORDER)))
    made = sa.insert(Change).values(tags=" ".join(sorted(tags)), made_at=now()).returning(Change.id)
    change_id = session.scalars(made).one()
    after_commit(lambda: _news.made_here(change_id, tags))


class News:
    """What this process knows of changes, and who in it wants to hear."""

    def __init__(self) -> None:
        self._listeners: list[Drop] = []
        self._lock = threading.Lock()
        self._up_to = 0
        self._ahead: set[int] = set()
        self._redis: redis.Redis | None = None
        self.process = secrets.token_hex(8)

    def connect(self, listeners: Iterable[Drop], redis_url: str | None) -> None:
        self._listeners = list(listeners)
        self._up_to, self._ahead = 0, set()
        self._redis = None
        if redis_url:
            self._redis = redis.Redis.from_url(
                redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
            )

    def begin(self) -> None:
        """Start from the newest change there is: copies are made after it."""
        with own_session():
            self._up_to = session.scalar(sa.select(sa.func.max(Change.id))) or 0
        self.forget()

    def made_here(self, change_id: int, tags: frozenset[str]) -> None:
        self._hear(change_id, tags)
        if self._redis is not None:
            message = json.dumps({"from": self.process, "id": change_id, "tags": sorted(tags)})
            try:
                self._redis.publish(CHANNEL, message)
            except redis.RedisError:
                log.warning("redis is away; other processes hear of changes a moment later")

    def heard(self, message: Any) -> None:
        """Take in what another process published; anything that is no such message is left alone."""
        try:
            said = json.loads(message)
            sender, change_id, tags = str(said["from"]), int(said["id"]), frozenset(map(str, said["tags"]))
        except (ValueError, TypeError, KeyError):
            return
        if sender != self.process:
            self._hear(change_id, tags)

    def know_of(self, newest: int) -> None:
        """Ask for what is not known yet if the newest change in the database is not: what is kept is then no older."""
        if newest > self._up_to:
            self.catch_up()

    def forget(self) -> None:
        """Drop every copy of this process."""
        self._tell(frozenset({EVERYTHING}))

    def catch_up(self) -> None:
        """Ask the database for changes not heard of yet."""
        query = sa.select(Change.id, Change.tags).where(Change.id > self._up_to).order_by(Change.id).limit(BATCH)
        rows = session.execute(query).all()
        with self._lock:
            unheard = [row for row in rows if row.id not in self._ahead]
            if rows:
                self._up_to = max(self._up_to, rows[-1].id)
                self._ahead = {known for known in self._ahead if known > self._up_to}
        tags = {tag for row in unheard for tag in row.tags.split()}
        if tags:
            self._tell(frozenset(tags))
        if len(rows) == BATCH:
            self.catch_up()

    def follow(self, stop: threading.Event) -> None:
        """Hear what other processes publish until told to stop; a Redis that went away is asked again."""
        while self._redis is not None and not stop.is_set():
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
                    subscription.subscribe(CHANNEL)
                    while not stop.is_set():
                        message = subscription.get_message(timeout=REDIS_SECONDS / 2)
                        if message is not None:
                            self.heard(message["data"])
            except (redis.RedisError, OSError):
                stop.wait(RETRY_SECONDS)

    def _hear(self, change_id: int, tags: frozenset[str]) -> None:
        with self._lock:
            if change_id == self._up_to + 1:
                self._up_to = change_id
            elif change_id > self._up_to:
                self._ahead.add(change_id)
        self._tell(tags)

    def _tell(self, tags: frozenset[str]) -> None:
        for listener in self._listeners:
            listener(tags)


_news = News()


def news() -> News:
    """What this process knows of changes."""
    return _news


class Listening:
    """The threads that keep a process informed."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, name="changes", daemon=True),
            threading.Thread(target=_news.follow, args=(self._stop,), name="published-changes", daemon=True),
        ]

    def start(self) -> None:
        _news.begin()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def _ask(self) -> None:
        is_away = False
        while not self._stop.wait(ASK_SECONDS):
            try:
                with own_session():
                    _news.catch_up()
                is_away = False
            except Exception:
                if not is_away:
                    log.exception("changes cannot be asked for")
                is_away = True


def forget_old_changes() -> None:
    """Remove what every process has long heard of."""
    with transaction():
        newest = sa.select(sa.func.max(Change.id)).scalar_subquery()
        session.execute(
            sa.delete(Change)
            .where(Change.made_at < now() - KEPT, Change.id < newest)
            .execution_options(synchronize_session=False)
        )
