"""The gate that every change passes: format, lint, types, import contracts, templates, then the tests.

Every step runs even when one before it failed; any failure fails the gate. pytest comes last, so that its closing
line is the last one, and says before it what else failed and which suites did not run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests import packages

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
WORKERS = 2
STEPS = {
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "types": ("mypy",),
    "imports": ("lint-imports", "--no-cache", "--no-logo"),
    "templates": ("djlint", "--lint", "--quiet", "templates"),
}


def main(arguments: list[str]) -> int:
    """Run `lint` (all but the tests) or `all`; further arguments go to pytest. Gives the exit code."""
    scope, *for_pytest = arguments
    if scope == "lint":
        return 1 if failed_steps() else 0

    missing = packages.provide()
    failed = failed_steps()
    if missing and os.environ.get("CI", "").lower() in {"1", "true"}:
        failed.append("a program is missing")
    notes = [f"FAILED: {step}" for step in failed] + packages.report(missing)
    return run_pytest(for_pytest, notes) or int(bool(failed))


def failed_steps() -> list[str]:
    """Run the steps before the tests and name those that failed."""
    return [name for name, command in STEPS.items() if not passes(name, command)]


def passes(name: str, command: tuple[str, ...]) -> bool:
    """Run one step; its words are shown only when it fails."""
    began = time.monotonic()
    program, *rest = command
    done = subprocess.run(
        [BIN / program, *rest],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    good = done.returncode == 0
    print(f"{name:<10} {'ok' if good else 'FAILED':<7} {time.monotonic() - began:5.1f} s   {' '.join(command)}")
    if not good:
        print(done.stdout.rstrip())
    sys.stdout.flush()
    return good


def run_pytest(arguments: list[str], notes: list[str]) -> int:
    """Run the tests on every core there is for them; the notes are printed just before the closing line."""
    spread = [] if any(word.startswith(("-n", "--numprocesses")) for word in arguments) else ["-n", str(WORKERS)]
    told = [f"--note={note}" for note in notes]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.notes", *spread, *told, *arguments],
        cwd=ROOT,
        env=environment(),
        check=False,
    ).returncode


def environment() -> dict[str, str]:
    """Keep the settings of somebody's own site away from the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STOA_")}
    kept |= {name: value for name, value in os.environ.items() if name.startswith("STOA_TEST_")}
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
