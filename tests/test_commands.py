"""What people who run a forum type, in processes of their own, as they would."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa
from click.testing import CliRunner

from app.commands import main
from app.features.site.queries import forget_copies, use_version
from app.kernel import db as database
from tests import databases, servers

ROOT = Path(__file__).parents[1]
START = "import sys; from app.commands import main; sys.exit(main())"
PATIENCE = 60


@pytest.fixture
def stoa(tmp_path, monkeypatch):
    """`stoa("init")` runs a command on a site of this test's own, in this process, and gives what it said."""
    before = database._database.engine

    def run(*words, typed="", **settings):
        for name, setting in environment(tmp_path, **settings).items():
            if name.startswith("STOA_"):
                monkeypatch.setenv(name, setting)
        done = CliRunner().invoke(main, words, input=typed)
        for name in settings:
            monkeypatch.delenv(name)
        database.close_session()
        if database._database.engine not in {None, before}:
            database._database.engine.dispose()
        return done

    yield run
    database._database.engine = before
    forget_copies()
    use_version(None)


def environment(folder, **settings):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STOA_")}
    return kept | {"STOA_DATA_DIR": str(folder / "site"), "STOA_BIND": f"127.0.0.1:{servers.free_port()}"} | settings


def said(done):
    """The one line of an error; never a trace."""
    assert done.exit_code != 0
    assert isinstance(done.exception, SystemExit), done.exception
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


class Served:
    """A running `stoa serve` or `stoa demo`."""

    def __init__(self, folder, *words, **settings):
        self.environment = environment(folder, **settings)
        self.base = f"http://{self.environment['STOA_BIND']}"
        self.words = words

    def __enter__(self):
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, *self.words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        while time.monotonic() - self.began < PATIENCE:
            try:
                requests.get(f"{self.base}/healthz", timeout=5)
            except requests.ConnectionError:
                assert self.process.poll() is None, self.process.stdout.read()
                time.sleep(0.02)
            else:
                break
        self.seconds = time.monotonic() - self.began
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.output, _ = self.process.communicate(timeout=PATIENCE)


def test_a_forgotten_password_is_replaced_by_whoever_runs_the_machine(stoa, tmp_path):
    stoa("init")
    stoa("user", "create", "Ann", "--email", "ann@forum.test", "--password", "a walk by the sea")

    asked = stoa("user", "password", "ann@forum.test", typed="lanterns along the pier\n" * 2)

    assert asked.exit_code == 0, asked.output
    assert "Ann has a new password." in asked.output
    assert "no member" in said(stoa("user", "password", "Bea", "--password", "lanterns along the pier"))
    assert "10 characters" in said(stoa("user", "password", "Ann", "--password", "short"))


def test_a_site_is_made_once_and_gets_its_administrator_without_a_default_password(stoa, tmp_path):
    made = stoa("init")
    assert made.exit_code == 0
    assert "stoa user create NAME" in made.stdout
    assert oct((tmp_path / "site" / "secrets").stat().st_mode)[-3:] == "600"
    assert "already" in said(stoa("init"))

    asked = stoa(
        "user", "create", "Ann", "--email", "ann@forum.test", "--role", "admin", typed="a walk by the sea\n" * 2
    )
    assert asked.exit_code == 0, asked.output
    assert "a walk by the sea" not in asked.output

    assert "taken" in said(stoa("user", "create", "ann", "--email", "b@forum.test", "--password", "a walk by the sea"))
    assert "10 characters" in said(stoa("user", "create", "Bea", "--email", "b@forum.test", "--password", "short"))
    assert "Everything agrees" in stoa("check").stdout


def test_commands_say_in_one_line_what_is_wrong(stoa, tmp_path):
    assert "stoa init" in said(stoa("serve"))
    assert not (tmp_path / "site").exists()
    assert "STOA_COLOUR" in said(stoa("init", STOA_COLOUR="blue"))
    assert "127.0.0.1:8000" in said(stoa("init", STOA_BIND="everywhere"))
    assert "does not answer" in said(stoa("init", STOA_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none"))

    (tmp_path / "file").write_text("")
    assert "file" in said(stoa("init", STOA_DATA_DIR=str(tmp_path / "file")))


def test_a_port_in_use_is_named(stoa):
    stoa("init")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        assert "in use" in said(stoa("serve", STOA_BIND=f"127.0.0.1:{other.getsockname()[1]}"))


def test_the_tables_go_up_and_down_by_command(stoa):
    stoa("init")
    head = stoa("db", "current").stdout.strip()
    assert stoa("db", "downgrade", "base", typed="n\n").exit_code == 1
    assert stoa("db", "current").stdout.strip() == head

    assert stoa("db", "downgrade", "base", "--yes").exit_code == 0
    assert stoa("db", "current").exit_code == 1
    assert "stoa init" in said(stoa("serve"))

    assert head in stoa("db", "upgrade").stdout
    assert stoa("db", "upgrade").exit_code == 0
    assert "revision" in said(stoa("db", "downgrade", "no-such-one", "--yes"))


def test_the_demo_is_written_once_answers_fast_and_keeps_its_data(stoa, tmp_path):
    first = stoa("demo", "--no-serve")
    assert first.exit_code == 0, first.output

    with Served(tmp_path, "demo") as again:
        index = requests.get(f"{again.base}/", timeout=30).text
        topic = re.search(r'href="(/topic/\d+-[^"]+/)', index)[1]
        views = [requests.get(f"{again.base}{topic}", timeout=30).status_code for _ in range(3)]
    assert views == [200, 200, 200]
    assert "lantern-on-the-pier" in again.output
    assert "Writing" not in again.output
    assert again.process.returncode == 0
    assert "Everything agrees" in stoa("check").stdout


def test_a_public_demo_warns(stoa):
    loud = stoa("demo", "--no-serve", STOA_BIND="0.0.0.0:8099")

    assert "WARNING" in loud.stderr
    assert "known to everyone" in loud.stderr


def test_a_forum_to_measure_on_is_seeded_once_and_agrees(stoa):
    words = ("bench", "seed", "--members", "20", "--topics", "12", "--posts", "90", "--longest", "40")
    assert "stoa init" in said(stoa(*words))
    stoa("init")
    assert "too few" in said(stoa("bench", "seed", "--posts", "50"))

    done = stoa(*words)

    assert done.exit_code == 0, done.output
    assert "bench-member" in done.stdout
    assert re.search(r"90 posts, [\d,]+ rows in [\d.]+ s: [\d,]+ rows/s", done.stdout)
    assert "Everything agrees" in stoa("check").stdout
    assert "stoa init" in said(stoa(*words))


def test_seeding_does_not_start_while_another_process_has_the_forum_open(stoa, tmp_path):
    stoa("init")
    with Served(tmp_path, "serve"):
        assert "Stop it first" in said(stoa("bench", "seed", "--posts", "1000", "--topics", "50"))

    assert sqlite_value(tmp_path, "SELECT count(*) FROM users") == 0


def test_what_is_counted_in_memory_is_written_when_the_server_stops(stoa, tmp_path):
    stoa("demo", "--no-serve")
    seen = sqlite_value(tmp_path, "SELECT sum(view_count) FROM topics")

    with Served(tmp_path, "serve", STOA_WORKERS="2") as served:
        for _ in range(5):
            assert requests.get(f"{served.base}/topic/5-x/", timeout=30).status_code == 200

    assert sqlite_value(tmp_path, "SELECT sum(view_count) FROM topics") == seen + 5


def test_check_finds_what_differs_and_repair_mends_it(stoa, tmp_path):
    stoa("demo", "--no-serve")
    sqlite_value(tmp_path, "UPDATE topics SET post_count = post_count + 1 WHERE id = 3")
    sqlite_value(tmp_path, "UPDATE posts SET position = position + 1 WHERE topic_id = 4")

    found = stoa("check")
    assert found.exit_code == 1
    assert "topics.post_count of 3" in found.stdout
    assert "posts.position" in found.stdout

    mended = stoa("check", "--repair")
    assert mended.exit_code == 0
    assert "mended topics.post_count: 1 rows" in mended.stdout
    assert stoa("check").exit_code == 0


@pytest.mark.parametrize("kind", databases.KINDS)
def test_jobs_are_worked_off_by_the_server_on_sqlite_and_by_the_worker_on_postgresql(kind, stoa, tmp_path):
    with databases.empty(kind, tmp_path) as url:
        stoa("init", STOA_DATABASE_URL=url)
        with Served(tmp_path, "serve", STOA_DATABASE_URL=url) as served:
            requests.get(f"{served.base}/", timeout=30)
            time.sleep(3)
        scheduled = value(url, "SELECT count(*) FROM jobs WHERE repeats IS NOT NULL")
        assert bool(scheduled) == (kind == "sqlite")

        worker = subprocess.Popen(
            [sys.executable, "-c", START, "worker"],
            cwd=ROOT,
            env=environment(tmp_path, STOA_DATABASE_URL=url),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert b"Working off" in worker.stdout.readline()
        deadline = time.monotonic() + PATIENCE
        while not value(url, "SELECT count(*) FROM jobs WHERE repeats IS NOT NULL") and time.monotonic() < deadline:
            time.sleep(0.1)
        worker.terminate()
        worker.communicate(timeout=PATIENCE)
        assert worker.returncode == 0
        assert value(url, "SELECT count(*) FROM jobs WHERE repeats IS NOT NULL")


def sqlite_value(folder, statement):
    return value(f"sqlite:///{folder / 'site' / 'stoa.db'}", statement)


def value(url, statement):
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(sa.text(statement))
        found = result.scalar() if result.returns_rows else None
    engine.dispose()
    return found
