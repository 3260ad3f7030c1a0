"""Many rows at once into the open transaction: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import click
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from app.kernel.db import BUSY_SECONDS, session
from app.tables import METADATA

Row: TypeAlias = Sequence[str | int | None]

CACHE_KIB = 96 * 1024


@contextmanager
def eased(engine: Engine) -> Iterator[None]:
    """Let SQLite write a great transaction once instead of twice: with a rollback journal, which keeps only what was there
    before, instead of the write-ahead log. It stays all or nothing. PostgreSQL needs no such thing.

    Raises ClickException when another process has the database open.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    _use_journal(engine, "TRUNCATE")
    try:
        yield
    finally:
        _use_journal(engine, "WAL")


def _use_journal(engine: Engine, mode: str) -> None:
    """Works on the pool's only connection, which this thread's transaction then gets."""
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA busy_timeout=1000")
        try:
            connection.exec_driver_sql(f"PRAGMA journal_mode={mode}")
        except OperationalError as error:
            raise click.ClickException(
                "Another process has this database open. Stop it first (stoa serve or stoa worker)."
            ) from error
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
            connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")


def begin_loading() -> None:
    """Let texts of moments mean UTC in this transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL timezone = 'UTC'"))


def load(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Add rows. Values are texts, numbers or nothing; moments are texts as `stamp` writes them."""
    driver: Any = session.connection().connection.driver_connection
    if session.get_bind().dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608  (our own names)
        return
    from psycopg import sql  # SQLite's sites start without it

    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with driver.cursor() as cursor, cursor.copy(copying) as copy:
        for row in rows:
            copy.write_row(row)


def continue_ids() -> None:
    """Let PostgreSQL give ids beyond those that were loaded; SQLite takes note of them by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        if "id" in table.c and session.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, "id"))):
            newest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            session.execute(sa.select(sa.func.setval(sequence, newest)).where(newest.is_not(None)))


def look_at_tables() -> None:
    """Let the database learn what it holds now: counting across tables takes hours on plans made for empty ones."""
    session.execute(sa.text("ANALYZE"))


def settle(engine: Engine) -> None:
    """Do for PostgreSQL's new pages what it does by and by on a site that grows slowly."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
