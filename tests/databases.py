"""Databases that are not rolled back: for tests of threads, processes, commands and migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.connecting import connect_tables
from app.features.presence.places import forget_everyone
from app.features.site.queries import forget_copies, use_version
from app.features.topics.counting import forget_views
from app.kernel import db as database
from tests import servers

KINDS = ("sqlite", "postgresql")


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a database of this kind with nothing in it; skips the test when there is no such server."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'stoa.db'}"
        return
    if servers.find_postgresql() is None:
        pytest.skip("PostgreSQL is not installed")
    with servers.private_postgresql() as server, servers.private_database(server) as url:
        yield url


@contextmanager
def opened(url: str) -> Iterator[sa.Engine]:
    """Let this process use that database, and afterwards the one before."""
    before = database._database.engine
    database.close_session()
    engine = database.open_database(url)
    _start_afresh()
    try:
        yield engine
    finally:
        database.close_session()
        engine.dispose()
        database._database.engine = before
        _start_afresh()


def _start_afresh() -> None:
    connect_tables()
    forget_copies()
    forget_everyone()
    forget_views()
    use_version(None)
