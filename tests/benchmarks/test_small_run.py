"""A small benchmark, for real: seeded, served, loaded, told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import report
from tests import servers

needs_wrk = pytest.mark.skipif(servers.find_wrk() is None, reason="wrk is not installed")


@needs_wrk
def test_a_small_benchmark_runs_from_seeding_to_the_page(tmp_path):
    results, page = tmp_path / "results", tmp_path / "performance.md"
    sizes = ["--posts=200", "--small-posts=200", "--window=0.5", "--rounds=1"]
    sizes += ["--acts=3", "--starts=1", "--mixed=1", "--overload=1"]
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
