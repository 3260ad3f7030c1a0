"""Questions to a forum's data, answered by `inside` in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, TypedDict

from benchmarks.machine import pinned, plain_environment
from tests import servers


class Asked(TypedDict):
    """One request of the count of statements."""

    key: str
    method: str
    path: str
    cookie: str
    form: Mapping[str, str]


class Cost(TypedDict):
    """What one request costs in the process that answers: statements, their time, all of it; milliseconds, medians."""

    status: int
    statements: float
    sql_ms: float
    all_ms: float


def ask(settings: Mapping[str, str], question: str, given: object = None, *, core: int | None = None) -> Any:
    """Ask a question of the forum that these settings name. Raises RuntimeError with the last words of the process when
    it fails.
    """
    command = [sys.executable, "-m", "benchmarks.inside", question]
    done = subprocess.run(
        servers.ending_with_us(*(command if core is None else pinned(core, command))),
        cwd=servers.ROOT,
        env=plain_environment(settings),
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{question}: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
