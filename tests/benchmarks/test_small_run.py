"""A small benchmark, for real: seeded, served, loaded, told."""

import contextlib
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from benchmarks import machine, report
from benchmarks.load import Request, offer
from tests import servers

needs_wrk = pytest.mark.skipif(servers.find_wrk() is None, reason="wrk is not installed")


@needs_wrk
def test_a_small_benchmark_runs_from_seeding_to_the_page(tmp_path):
    results, page = tmp_path / "results", tmp_path / "performance.md"
    sizes = ["--posts=200", "--small-posts=200", "--window=0.5", "--rounds=1"]
    sizes += ["--acts=3", "--replies=1", "--starts=1", "--mixed=1", "--overload=1"]
    only = ["--only=thread-first cached", "--only=thread-first member"]
    places = [f"--cache={tmp_path / 'cache'}", f"--results={results}", f"--page={page}"]

    done = bench(*sizes, *only, *places)

    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = results.iterdir()
    run = json.loads(file.read_text())
    assert [each["missing"] for each in run["pages"]] == ["", ""]
    assert all(each["large"]["per_second"] > 0 and each["view"]["per_second"] > 0 for each in run["pages"])
    assert [each["cost"]["statements"] > 0 for each in run["pages"]] == [False, True]
    assert all(each["large"]["count"] and not each["refused"] for each in run["acts"])
    assert run["mixed"]["statuses"]["200"] > 0
    assert run["mixed"]["present"] >= run["mixed"]["accepted"]
    assert run["overload"]["accepted"] == run["overload"]["present"] > 0
    assert run["mixed"]["memory_after_mb"] > 20
    assert page.read_text() == report.page([run])
    assert not list((tmp_path / "cache" / "copies").glob("*"))
    assert not processes_of(tmp_path)


@needs_wrk
def test_tens_of_thousands_of_addresses_are_asked_for_at_a_steady_rate():
    paths = [f"/topic/{number}-with-a-name/" for number in range(70_000)]
    with listening() as (address, asked):
        load = offer(
            address,
            [Request(path, headers={"Cookie": f"sid={path}"}) for path in paths],
            seconds=1,
            connections=4,
            core=machine.describe()["load_core"],
            rate=100,
            in_turn=True,
            with_statuses=True,
        )

    assert load.statuses == {200: load.requests}
    assert 50 <= load.requests <= 120
    assert len(set(asked)) == len(asked)
    assert set(asked) <= set(paths)


@contextlib.contextmanager
def listening():
    """A server that says yes to everything, and what it was asked for."""
    asked = []

    class Yes(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Yes) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()


def test_a_scenario_that_does_not_exist_is_told_with_those_that_do(tmp_path):
    done = bench("--only=nothing", f"--cache={tmp_path}")

    assert done.returncode == 2
    assert "thread-first" in done.stderr


def bench(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=servers.ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def processes_of(folder: Path) -> list[str]:
    """The processes whose command or environment names a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in told and int(process.name) != os.getpid():
            found.append(process.name)
    return found
