"""`stoa worker`: works off the jobs in a process of its own."""

from __future__ import annotations

import signal
import threading

import click

from app.kernel import log
from app.kernel.background import Background
from app.operate.site import open_site


@click.command()
def worker() -> None:
    """Work off the jobs until stopped. Needed with PostgreSQL; on SQLite `stoa serve` does this itself."""
    open_site()
    log.set_up_logging()
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())

    background = Background(with_jobs=True)
    background.start()
    click.echo("Working off the jobs. Stop with Ctrl-C.")
    stopped.wait()
    background.stop()
