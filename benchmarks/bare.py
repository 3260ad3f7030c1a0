"""The bare Flask application that pages are compared with: constant bodies, nothing else loaded in its process.

Started as a program with a port and a folder of files named by their sizes in bytes: /<size> is answered by a view,
/static/<size>.html by the web server.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response

FOLDER = "BENCHMARK_FOLDER"
KIND = "text/html; charset=utf-8"


def create_app() -> Flask:
    """What the web server loads in its worker process."""
    app = Flask("bare", static_folder=None)
    for file in Path(os.environ[FOLDER]).iterdir():
        app.add_url_rule(f"/{file.stem}", endpoint=file.stem, view_func=_constant(file.read_bytes()))
    return app


def _constant(body: bytes) -> Callable[[], Response]:
    def view() -> Response:
        return Response(body, content_type=KIND)

    return view


if __name__ == "__main__":
    import multiprocessing

    from app.operate.serve import make_server

    multiprocessing.set_start_method("spawn")  # the worker begins empty and loads this file, not Stoa
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    os.environ[FOLDER] = str(folder)
    make_server("benchmarks.bare:create_app", address="127.0.0.1", port=port, static=folder).serve()
