"""Hands the tables beside this file to the kernel."""

from __future__ import annotations

from app import jobs, wiring
from app.kernel import background, events
from app.kernel import jobs as queue


def connect_tables() -> None:
    """Tell the kernel who listens, which jobs there are and what is buffered."""
    events.connect(wiring.LISTENERS)
    queue.connect(jobs.WORK, jobs.REPEATING)
    background.connect(jobs.FLUSHES)
