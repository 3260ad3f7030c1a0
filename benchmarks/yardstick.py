"""The two yardsticks: a bare Flask view that answers a constant body, and a file that the web server sends by itself.

Both run under the settings of Stoa's own server. Started as a program with a port and a folder of files named by their
sizes in bytes; the view at /<size> answers what the file /static/<size>.html holds.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response

from app.operate.serve import make_server
from benchmarks.bench import Bench
from benchmarks.client import wait_for
from benchmarks.load import BROWSER, Request
from benchmarks.machine import pinned, running
from tests import servers

FOLDER = "BENCHMARK_FOLDER"
KIND = "text/html; charset=utf-8"


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
    command = pinned(bench.server_core, [sys.executable, "-m", "benchmarks.yardstick", str(port), files])
    with running(command, settings={FOLDER: str(files)}, log=log) as process:
        yardstick = Yardstick(f"http://127.0.0.1:{port}")
        wait_for(f"{yardstick.address}/{min(sizes)}", process, log)
        yield yardstick


def create_app() -> Flask:
    """What the web server loads in its worker process."""
    app = Flask("yardstick", static_folder=None)
    for file in Path(os.environ[FOLDER]).iterdir():
        app.add_url_rule(f"/{file.stem}", endpoint=file.stem, view_func=_constant(file.read_bytes()))
    return app


def _constant(body: bytes) -> Callable[[], Response]:
    def view() -> Response:
        return Response(body, content_type=KIND)

    return view


if __name__ == "__main__":
    make_server(
        "benchmarks.yardstick:create_app", address="127.0.0.1", port=int(sys.argv[1]), static=Path(sys.argv[2])
    ).serve()
