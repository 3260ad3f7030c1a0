"""The two yardsticks: a bare Flask view that answers a constant body, and a file that the web server sends by itself.

Both run under the settings of Stoa's own server.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from benchmarks.bench import Bench
from benchmarks.client import wait_for
from benchmarks.load import BROWSER, Request
from benchmarks.machine import pinned, running
from tests import servers


@dataclass(frozen=True)
class Yardstick:
    address: str

    def view(self, size: int) -> Request:
        return Request(f"/{size}", headers=BROWSER)

    def file(self, size: int) -> Request:
        return Request(f"/static/{size}.html", headers=BROWSER)


@contextlib.contextmanager
def served(bench: Bench, sizes: Collection[int]) -> Iterator[Yardstick]:
    """Serve constant bodies of these sizes, in bytes."""
    files, log = bench.folder / "files", bench.folder / "yardstick.log"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir()
    for size in sizes:
        (files / f"{size}.html").write_bytes(b"x" * size)
    port = servers.free_port()
    command = pinned(bench.server_core, [sys.executable, "-m", "benchmarks.bare", str(port), files])
    with running(command, settings={}, log=log) as process:
        yardstick = Yardstick(f"http://127.0.0.1:{port}")
        wait_for(f"{yardstick.address}{yardstick.view(min(sizes)).path}", process, log)
        yield yardstick
