"""The programs of the system that some suites need: what is missing, and getting it where we may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests import servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Need:
    """Something a suite cannot run without."""

    find: Callable[[], Path | None]
    suite: str
    debian: tuple[str, ...]
    elsewhere: str


CHECKER = Need(
    servers.find_vnu,
    "the HTML checker on every page",
    debian=(),
    elsewhere="Java 17 or newer, and npm to fetch the checker (npm ci)",
)
POSTGRESQL = Need(
    servers.find_postgresql, "tests on PostgreSQL", ("postgresql",), "PostgreSQL 14 or newer with its server"
)
WRK = Need(servers.find_wrk, "the run of a small benchmark", ("wrk",), "wrk, the load generator")
NEEDS = (
    Need(servers.find_chromium, "browser tests", ("chromium", "fonts-liberation"), "Chromium"),
    POSTGRESQL,
    Need(servers.find_redis, "tests with Redis", ("redis-server",), "Redis 7 or newer"),
    Need(servers.find_pooler, "the test of a pooler", ("pgbouncer",), "PgBouncer"),
    WRK,
    CHECKER,
)


def needs_of_benchmarks(databases: Iterable[str]) -> tuple[Need, ...]:
    """What `make bench` cannot run without."""
    return (WRK, POSTGRESQL) if "postgresql" in databases else (WRK,)


def provide(needs: Sequence[Need] = NEEDS) -> list[Need]:
    """Install what is missing where that is possible; give what is missing still."""
    wanted = _debian_packages(needs)
    if wanted:
        _install(wanted)
    if CHECKER in needs and CHECKER.find() is None and servers.find_java() and shutil.which("npm"):
        _say("Fetching the HTML checker ...")
        _run(["npm", "ci", "--loglevel=error"], timeout=300)
    return [need for need in needs if need.find() is None]


def report(missing: Sequence[Need]) -> list[str]:
    """Say which suites did not run and what to install, one line each."""
    lines = [f"did not run: {need.suite}; install {need.elsewhere}" for need in missing]
    packages = _debian_packages(missing)
    if packages and shutil.which("apt-get"):
        lines.append(f"on this system: apt-get install {' '.join(packages)}")
    return lines


def _debian_packages(needs: Iterable[Need]) -> list[str]:
    """Name the Debian packages that bring what is missing."""
    missing = [need for need in needs if need.find() is None]
    names = [name for need in missing for name in need.debian]
    if CHECKER in missing:
        names += [] if servers.find_java() else ["default-jre-headless"]
        names += [] if shutil.which("npm") else ["npm"]
    return names


def _install(names: Sequence[str]) -> None:
    privileges = _privileges()
    if shutil.which("apt-get") is None or privileges is None:
        return
    _say(f"Installing {' '.join(names)} ...")
    get = [*privileges, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    _run([*get, "update"], timeout=300)
    _run([*get, "install", "--yes", "--no-install-recommends", *names], timeout=1200)


def _privileges() -> list[str] | None:
    """Give the words before a command of the superuser; None where we may not be one."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if sys.stdin.isatty():
        return ["sudo"]
    asks_nothing = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n"] if asks_nothing else None


def _run(command: Sequence[str], *, timeout: float) -> None:
    """Run a command that may fail: what is still missing afterwards says enough. Its words come only if it fails."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        _say(f"{' '.join(command)} took longer than {timeout:.0f} s and was stopped.")
        return
    if done.returncode:
        _say("\n".join(done.stdout.splitlines()[-15:]))


def _say(text: str) -> None:
    print(text, flush=True)
