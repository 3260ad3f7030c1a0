"""Hands the tables beside this file to the kernel."""

from __future__ import annotations

from app import freshness, jobs, wiring
from app.kernel import background, dating, events
from app.kernel import jobs as queue
from app.kernel.cache import watch


def connect_tables() -> None:
    """Tell the kernel who listens, which jobs there are, what is buffered and what readers see of which table."""
    events.connect(wiring.LISTENERS)
    queue.connect(jobs.WORK, jobs.REPEATING)
    background.connect(jobs.FLUSHES)
    watch.connect(freshness.WATCHED)
    dating.connect(freshness.DATED)
