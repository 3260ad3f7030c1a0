#!/usr/bin/env python3
"""One command from a fresh clone to a running forum, another to a tested one.

Needs nothing but Python's standard library: it makes the virtual environment that everything else lives in.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "stamp.json"

RUNTIME_LOCK = "requirements.txt"
TEST_LOCK = "requirements-test.txt"
UV_LOCK = "requirements-uv.txt"
LOCKS = (RUNTIME_LOCK, TEST_LOCK, UV_LOCK)
KERNEL_LIMIT_OF_A_SHEBANG = 127


def main() -> None:
    """Do what the first argument asks for."""
    if sys.version_info < OLDEST_PYTHON:
        have, need = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST_PYTHON))
        sys.exit(f"Stoa needs Python {need} or newer; this is Python {have}.")
    commands: dict[str, Callable[[list[str]], None]] = {
        "run": run,
        "test": test,
        "lint": lint,
        "bench": bench,
        "setup": setup,
        "lock": lock,
    }
    parser = argparse.ArgumentParser(
        prog="run.py", description="run: serve the demo. test: the whole gate. bench: measure."
    )
    parser.add_argument("command", choices=commands)
    asked, rest = parser.parse_known_args()
    commands[asked.command](rest)


def run(arguments: list[str]) -> NoReturn:
    """Serve the forum, with demo content on the first start."""
    make_environment(RUNTIME_LOCK)
    become(PYTHON, BIN / "stoa", "demo", *arguments)


def test(arguments: list[str]) -> NoReturn:
    """Run the whole gate; further arguments go to pytest."""
    make_environment(TEST_LOCK)
    become(PYTHON, "-m", "tests.gate", "all", *arguments)


def lint(arguments: list[str]) -> NoReturn:
    """Run the steps of the gate that need no server: format, lint, types, imports, templates."""
    make_environment(TEST_LOCK)
    become(PYTHON, "-m", "tests.gate", "lint", *arguments)


def bench(arguments: list[str]) -> NoReturn:
    """Measure a served forum; `.venv/bin/python -m benchmarks --help` explains the arguments."""
    make_environment(RUNTIME_LOCK)
    become(PYTHON, "-m", "benchmarks", *arguments)


def setup(arguments: list[str]) -> None:
    """Make or refresh the environment with everything that development needs."""
    make_environment(RUNTIME_LOCK if "--runtime" in arguments else TEST_LOCK)
    print(f"Ready: {BIN / 'stoa'}")


def lock(arguments: list[str]) -> None:
    """Write the lock files anew from the requirements; --upgrade takes newer versions."""
    make_environment(TEST_LOCK)
    for name in (RUNTIME_LOCK, TEST_LOCK):
        wanted = str(Path(name).with_suffix(".in"))
        for_every_machine = ["--universal", "--python-version=3.11", "--generate-hashes"]
        without_addresses = ["--no-annotate", "--no-header", "--quiet"]
        compile_lock: list[str | Path] = [
            BIN / "uv",
            "pip",
            "compile",
            *for_every_machine,
            *without_addresses,
            *arguments,
        ]
        subprocess.run([*compile_lock, wanted, "-o", name], cwd=ROOT, check=True)
    make_environment(TEST_LOCK)


def make_environment(lock_name: str) -> None:
    """Make sure that .venv holds exactly the versions of a lock; costs milliseconds when it already does."""
    if is_current(lock_name):
        return
    with only_one_at_a_time():
        if is_current(lock_name):
            return
        if not is_usable():
            make_empty_environment()
        STAMP.unlink(missing_ok=True)
        install(lock_name)
        subprocess.run([PYTHON, "-m", "compileall", "-q", "app", "migrations"], cwd=ROOT, check=False)
        write_shim()
        write_stamp(lock_name)


def is_current(lock_name: str) -> bool:
    """Whether the environment was made here, by this interpreter, from this lock."""
    try:
        return is_usable() and json.loads(STAMP.read_text())[lock_name] == digest(lock_name)
    except (OSError, ValueError, KeyError):
        return False


def is_usable() -> bool:
    """Whether the environment's interpreter is the one it was made with, at the place it was made for."""
    try:
        stamp = json.loads(STAMP.read_text())
        return PYTHON.exists() and bool(stamp["place"] == place())
    except (OSError, ValueError, KeyError):
        return False


def place() -> list[str]:
    """Where the environment stands and what runs it: a moved checkout or an upgraded Python changes it."""
    return [str(VENV), os.path.realpath(PYTHON)]


def digest(lock_name: str) -> str:
    """The fingerprint of a lock and of this program, which decides how a lock is installed."""
    return hashlib.sha256((ROOT / lock_name).read_bytes() + Path(__file__).read_bytes()).hexdigest()


def write_stamp(lock_name: str) -> None:
    """Remember what is installed; the test lock holds the whole runtime lock."""
    installed = {RUNTIME_LOCK, lock_name}
    STAMP.write_text(json.dumps({"place": place(), **{name: digest(name) for name in installed}}))


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Hold others back who would write the same environment."""
    with (ROOT / ".venv.lock").open("w") as handle:
        with contextlib.suppress(ImportError):  # no fcntl on Windows
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make_empty_environment() -> None:
    """Make .venv from nothing."""
    print("Making the virtual environment .venv ...", flush=True)
    try:
        import ensurepip  # noqa: F401  # Debian splits it off
        import venv  # noqa: F401
    except ImportError:
        version = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            "Python's venv module is not complete here. On Debian and Ubuntu install it with\n"
            f"    apt-get install python3-venv    (or python{version}-venv)\nand run this again."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    interpreter = getattr(sys, "_base_executable", "") or sys.executable
    if subprocess.run([interpreter, "-m", "venv", VENV], check=False).returncode:
        sys.exit("Python could not make a virtual environment; its message is above.")


def install(lock_name: str) -> None:
    """Install a lock with uv, which takes seconds, or with pip where uv cannot reach the packages."""
    print(f"Installing the packages of {lock_name} ...", flush=True)
    environment = os.environ | {"PIP_USER": "0", "UV_LINK_MODE": "copy", "UV_PYTHON_DOWNLOADS": "never"}
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "--quiet",
        "--require-hashes",
    ]
    uv: list[str | Path] = [BIN / "uv", "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes"]
    uv.append("--compile-bytecode")  # as pip does; the first start would do it otherwise, or every one

    def attempt(command: list[str | Path], name: str) -> bool:
        finished = subprocess.run(
            [*command, "-r", name], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if finished.returncode:
            last_words = "\n".join((finished.stderr or finished.stdout).strip().splitlines()[-15:])
            print(f"{Path(command[0]).name} could not install {name}:\n{last_words}", flush=True)
        return finished.returncode == 0

    if not os.environ.get("STOA_NO_UV") and attempt(pip, UV_LOCK) and attempt(uv, lock_name):
        return
    print("Installing with pip, which takes a minute ...", flush=True)
    if not attempt(pip, lock_name):
        sys.exit("The packages could not be installed; the reasons are above.")


def write_shim() -> None:
    """Make the command `stoa`, which runs this checkout from any folder."""
    shebang = f"#!{PYTHON}"
    if len(shebang) > KERNEL_LIMIT_OF_A_SHEBANG or " " in shebang:
        shebang = f"#!/bin/sh\n'''exec' \"{PYTHON}\" \"$0\" \"$@\"\n' '''"
    start = f"import sys; sys.path[0] = {str(ROOT)!r}; from app.commands import main; sys.exit(main())"
    shim = BIN / "stoa"
    # The server starts its processes by importing this file again, hence the condition.
    shim.write_text(f"{shebang}\nif __name__ == '__main__':\n    {start}\n")
    shim.chmod(0o755)


def become(*command: str | Path) -> NoReturn:
    """Go on as another program, in the folder of the checkout."""
    data_dir = os.environ.get("STOA_DATA_DIR")
    if data_dir:
        os.environ["STOA_DATA_DIR"] = str(Path(data_dir).resolve())
    os.chdir(ROOT)
    words = [str(word) for word in command]
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.run(words, check=False).returncode)
    os.execv(words[0], words)


if __name__ == "__main__":
    main()
