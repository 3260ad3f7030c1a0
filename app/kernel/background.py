"""The thread that does what need not be done while somebody waits: buffered counts, then due jobs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from app.kernel import jobs

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0

Flush = Callable[[], None]
_flushes: list[Flush] = []


def connect(flushes: Sequence[Flush]) -> None:
    """Replace the table of buffers to empty."""
    _flushes[:] = flushes


def flush_all() -> None:
    """Empty every buffer into the database; one that fails is tried again next time."""
    for flush in _flushes:
        try:
            flush()
        except Exception:
            log.exception("a buffer could not be written")


class Background:
    """Flushes every two seconds and, when `with_jobs`, works off the queue."""

    def __init__(self, *, with_jobs: bool) -> None:
        self._with_jobs = with_jobs
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="background", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)
        flush_all()

    def wait(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        if self._with_jobs:
            self._guarded(jobs.schedule)
        while not self._stop.wait(PAUSE_SECONDS):
            flush_all()
            while self._with_jobs and not self._stop.is_set() and self._guarded(jobs.run_next):
                pass

    def _guarded(self, step: Callable[[], object]) -> bool:
        try:
            return bool(step())
        except Exception:
            log.exception("the background thread met an error")
            return False
