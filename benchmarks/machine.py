"""The machine that measures: its cores, its facts, the memory of a process, and programs that end with us."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from app.operate.serve import THREADS
from tests import servers

STOP_SECONDS = 15.0


class Machine(TypedDict):
    """What a reader must know to judge the figures. `busy` is how many programs ran beside, the minute before."""

    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str
    threads: int
    server_core: int
    load_core: int
    busy: float


def _cores() -> tuple[int, int]:
    """The core for what is measured and the core for the load; the same one where there is no other."""
    mine = sorted(os.sched_getaffinity(0))
    return mine[0], mine[1] if len(mine) > 1 else mine[0]


def describe() -> Machine:
    server_core, load_core = _cores()
    facts = platform.freedesktop_os_release() if Path("/etc/os-release").exists() else {}
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gb=round(pages / 1e9, 1),
        system=facts.get("PRETTY_NAME", platform.system()),
        python=platform.python_version(),
        threads=THREADS,
        server_core=server_core,
        load_core=load_core,
        busy=os.getloadavg()[0],
    )


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.machine()


def memory_mb(process: int) -> float:
    """The resident memory of the largest process at or under this one: of a web server, the one that answers."""
    return max((_resident(each) for each in _family(process)), default=0.0)


def _family(process: int) -> Iterator[int]:
    yield process
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            yield from _family(int(child))


def _resident(process: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1000
    return 0.0


def plain_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Our environment without the settings of somebody's own site, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STOA_")}
    return kept | dict(settings)


def pinned(core: int, command: Sequence[str | Path]) -> list[str]:
    return ["taskset", "--cpu-list", str(core), *map(str, command)]


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], *, settings: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a program running for the length of the block; it and its children end with it, or with us."""
    with log.open("ab") as words:
        process = subprocess.Popen(
            servers.ending_with_us(*command),
            cwd=servers.ROOT,
            env=plain_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def stop_on_signals() -> None:
    """Leave by way of every `finally`, whoever asks."""
    for asked in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked, lambda number, _frame: sys.exit(128 + number))


def say(text: str) -> None:
    """One line of progress."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)
