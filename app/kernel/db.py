"""The database: one session per context, one place that commits.

SQLite: WAL, reads begin with BEGIN, writes with BEGIN IMMEDIATE behind one lock per process, so a writer never
meets "database is locked". PostgreSQL: plain transactions; rows are locked with `lock()`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from app.kernel.clock import now
from app.kernel.errors import Busy

log = logging.getLogger(__name__)

BUSY_SECONDS = 15
CONNECT_SECONDS = 5
MAX_ID = 2**31 - 1
ANALYSED_ROWS = 400


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment in UTC on every database; refuses naive ones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment without a time zone cannot be stored"
            raise ValueError(msg)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """Base of every table. Ids are never used twice: a post's address outlives the post."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __table_args__: Any = {"sqlite_autoincrement": True}  # noqa: RUF012  (SQLAlchemy declares it so)


M = TypeVar("M", bound=Model)
Id = Annotated[int, mapped_column(primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
CreatedAt = Annotated[datetime, mapped_column(UtcDateTime, default=now)]
Count = Annotated[int, mapped_column(sa.Integer, default=0, server_default="0")]


class _Database:
    """The engine in use and how sessions are made; set once by `open_database`."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.replica: Engine | None = None
        self.connection: Connection | None = None
        self.write_lock = threading.Lock()

    def new_session(self) -> Session:
        if self.connection is not None:
            return Session(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        if self.engine is None:
            msg = "open_database() has not been called"
            raise RuntimeError(msg)
        if self.replica is not None and _reads_replica.get():
            return Session(self.replica, expire_on_commit=False)
        return Session(self.engine, expire_on_commit=False)


class _Work:
    """One `transaction()` in progress."""

    def __init__(self) -> None:
        self.has_lock = False
        self.notes: dict[object, Any] = {}
        self.before_commit: list[Callable[[], None]] = []
        self.after_commit: list[Callable[[], None]] = []


_database = _Database()
_session: ContextVar[Session | None] = ContextVar("session", default=None)
_work: ContextVar[_Work | None] = ContextVar("work", default=None)
_reads_replica: ContextVar[bool] = ContextVar("reads_replica", default=False)


class _CurrentSession:
    """Stands for the session of the running context, made at first use."""

    def __getattr__(self, name: str) -> Any:
        return getattr(current_session(), name)

    def __contains__(self, item: object) -> bool:
        return item in current_session()


session = cast("Session", _CurrentSession())


def current_session() -> Session:
    found = _session.get()
    if found is None:
        found = _database.new_session()
        _session.set(found)
    return found


def close_session() -> None:
    """End the context's session and give its connection back."""
    found = _session.get()
    if found is not None:
        found.close()
        _session.set(None)


def open_database(url: str, replica_url: str | None = None) -> Engine:
    """Make the engine every session uses from now on; those inside `reading_replica` use the replica's, if there is one."""
    engine = make_engine(url)
    _database.engine = engine
    _database.replica = make_engine(replica_url) if replica_url else None
    return engine


def has_replica() -> bool:
    return _database.replica is not None


def is_reading_replica() -> bool:
    """Whether what the running context reads may be a moment behind."""
    return has_replica() and _reads_replica.get()


def engines() -> list[Engine]:
    """The engine in use and, if there is one, the replica's."""
    return [engine for engine in (_database.engine, _database.replica) if engine is not None]


@contextmanager
def reading_replica() -> Iterator[None]:
    """Let the sessions of the block, which must not write, read from the replica; it may be a moment behind."""
    token = _reads_replica.set(True)
    try:
        yield
    finally:
        _reads_replica.reset(token)


def engine() -> Engine:
    if _database.engine is None:
        msg = "open_database() has not been called"
        raise RuntimeError(msg)
    return _database.engine


def make_engine(url: str) -> Engine:
    """An engine with this project's settings; SQLite gets WAL, foreign keys and explicit BEGIN, PostgreSQL limits to how
    long a connection or a row is waited for.

    `pooler=transaction` in a PostgreSQL URL says that a pooler stands before it that gives each transaction another
    connection: nothing may then be prepared in one or set for it, so the role has to bring its own `lock_timeout`.
    """
    if not url.startswith("sqlite"):
        address = sa.make_url(url)
        is_pooled = address.query.get("pooler") == "transaction"
        prepare: dict[str, Any] = {"prepare_threshold": None} if is_pooled else {}
        made = sa.create_engine(
            address.difference_update_query(["pooler"]),
            connect_args={"connect_timeout": CONNECT_SECONDS, **prepare},
            pool_size=12,
            max_overflow=4,
            pool_timeout=BUSY_SECONDS,
            pool_pre_ping=True,
            pool_recycle=1800,
        )
        if not is_pooled:
            event.listen(made, "connect", _prepare_postgresql)
        return made
    made = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=12, max_overflow=4)
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "cache_size=-2000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    work = _work.get()
    if work is None:
        connection.exec_driver_sql("BEGIN")
        return
    if not work.has_lock:
        if not _database.write_lock.acquire(timeout=BUSY_SECONDS):
            raise Busy
        work.has_lock = True
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def transaction() -> Iterator[None]:
    """Do one whole piece of work, or none of it. Holds the only commit; does not nest.

    Reading done before it in the same context is ended first, so the work sees the newest data. What
    `after_commit` was given runs once the work is safe. Raises Busy when the database takes no write in time.
    """
    if _work.get() is not None:
        msg = "transaction() does not nest"
        raise RuntimeError(msg)
    current = current_session()
    if current.new or current.dirty or current.deleted:
        msg = "something was written outside transaction()"
        raise RuntimeError(msg)
    current.commit()  # ends reading; nothing is written

    work = _Work()
    token = _work.set(work)
    try:
        yield
        current.flush()
        for last_word in work.before_commit:
            last_word()
        current.commit()
    except OperationalError as error:
        current.rollback()
        if is_busy(error):
            raise Busy from error
        raise
    except BaseException:
        current.rollback()
        raise
    finally:
        _work.reset(token)
        if work.has_lock:
            _database.write_lock.release()
    for callback in work.after_commit:
        try:
            callback()
        except Exception:
            log.exception("a step after the commit failed")


def before_commit(callback: Callable[[], None]) -> None:
    """Run `callback` as the last thing of the running transaction, when everything else is written; never if it is
    rolled back before. Whatever it raises rolls back.
    """
    work = _work.get()
    if work is None:
        msg = "before_commit() outside transaction()"
        raise RuntimeError(msg)
    work.before_commit.append(callback)


def notes() -> dict[object, Any] | None:
    """What others of the kernel keep for the length of the running transaction; None outside of one."""
    work = _work.get()
    return work.notes if work is not None else None


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` once the running transaction is safe; never if it is rolled back."""
    work = _work.get()
    if work is None:
        msg = "after_commit() outside transaction()"
        raise RuntimeError(msg)
    work.after_commit.append(callback)


def lock(model: type[M], row_id: int) -> M | None:
    """The newest state of a row, kept from other writers until the transaction ends; None if there is none.

    Order of locks, to never deadlock: topics, boards, users, each by ascending id.
    """
    return session.get(model, row_id, with_for_update={"key_share": True}, populate_existing=True)


def lock_all(model: type[M], row_ids: Iterable[int]) -> dict[int, M]:
    """`lock` for several rows of a table in one statement, in the order of their ids; what is not there is left out.

    Others may meanwhile still insert rows that refer to these, as a member's posts do to the member: a foreign key's
    check takes its lock at the insert, out of the order above, and must not wait for us.
    """
    key: Any = model.__mapper__.primary_key[0]
    wanted = sa.select(model).where(key.in_(set(row_ids))).order_by(key).with_for_update(key_share=True)
    rows = session.scalars(wanted, execution_options={"populate_existing": True})
    return {getattr(row, key.name): row for row in rows}


def upsert(model: type[Model], rows: Sequence[Mapping[str, Any]], *, newer: str) -> Any:
    """A statement that inserts rows and moves those already there forward: they take the new values only when their
    column `newer` grows. No two of the rows may have the same primary key.
    """
    keys = [column.name for column in model.__mapper__.primary_key]
    statement = _insert(model, rows)
    changes = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    grows = statement.excluded[newer] > getattr(model, newer)
    return statement.on_conflict_do_update(index_elements=keys, set_=changes, where=grows)


def insert_missing(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> Any:
    """A statement that inserts rows and leaves those alone that are there already; `.returning()` tells which are new."""
    return _insert(model, rows).on_conflict_do_nothing()


def _insert(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> Any:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(model).values([dict(row) for row in rows])


def is_busy(error: DBAPIError) -> bool:
    """Whether trying again is the right answer to this error (SQLite's lock, PostgreSQL's deadlock or timeout)."""
    state = getattr(error.orig, "sqlstate", None)
    return state in {"40P01", "40001", "55P03", "57014"} or "database is locked" in str(error.orig)


def refresh_statistics() -> None:
    """Let SQLite look at tables that have grown, so that it goes on choosing the right indexes; bounded to some hundred rows
    of each index (https://www.sqlite.org/lang_analyze.html). PostgreSQL sees to that itself.
    """
    if engine().dialect.name != "sqlite":
        return
    with own_session(), transaction():
        connection = session.connection()
        connection.exec_driver_sql(f"PRAGMA analysis_limit={ANALYSED_ROWS}")
        connection.exec_driver_sql("ANALYZE")


@contextmanager
def using_connection(connection: Connection) -> Iterator[None]:
    """Let every session work inside the transaction of this connection (tests roll it back)."""
    _database.connection = connection
    try:
        yield
    finally:
        _database.connection = None


@contextmanager
def own_session() -> Iterator[None]:
    """A context of its own for work outside a request: background threads and jobs."""
    token = _session.set(None)
    try:
        yield
    finally:
        close_session()
        _session.reset(token)
