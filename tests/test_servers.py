"""The private servers answer, keep databases apart and leave nothing behind."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa

from tests import servers

needs_postgresql = pytest.mark.skipif(servers.find_postgresql() is None, reason="PostgreSQL is not installed")
needs_redis = pytest.mark.skipif(servers.find_redis() is None, reason="Redis is not installed")


@needs_postgresql
def test_a_database_made_from_a_template_holds_its_tables_and_keeps_changes_to_itself():
    with servers.private_postgresql() as server, servers.private_database(server) as template:
        _execute(template, "create table words (word text)")

        with servers.private_database(server, servers.database_name(template)) as copy:
            _execute(copy, "insert into words values ('one')")
            words_in_copy = _execute(copy, "select word from words")

        assert words_in_copy == [("one",)]
        assert _execute(template, "select word from words") == []


@needs_postgresql
def test_a_server_does_not_outlive_a_test_run_that_is_killed():
    program = (
        "import time; from tests import servers\n"
        "with servers.private_postgresql() as url: print(url, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        folder = Path(run.stdout.readline().strip().partition("host=")[2])
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        run.kill()

    deadline = time.monotonic() + 10
    while _is_alive(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)
    assert not _is_alive(server)


@needs_redis
def test_redis_answers_at_its_address():
    with servers.private_redis() as url, redis.Redis.from_url(url) as client:
        assert client.ping()


def _execute(url: str, statement: str) -> list[sa.Row]:
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            result = connection.execute(sa.text(statement))
            return list(result) if result.returns_rows else []
    finally:
        engine.dispose()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
