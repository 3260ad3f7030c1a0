"""How many requests of a kind are worked on at once, and who goes first.

Guests have few places and members as many as there are threads: past its places and its short queue a guest's request is
turned away at once, which costs next to nothing. While a member is being served a guest's request steps aside, at its
next statement or piece of page, so that one core full of guests is not slower for members than an empty one.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PATIENCE_SECONDS = 0.5  # how long a guest's request steps aside in all
# Between its steps background work rests so long, and longer while members keep coming: it then has a third of a core.
BREATH_SECONDS, LONG_BREATH_SECONDS, LATELY_SECONDS = 0.001, 0.02, 1.0


class Full(Exception):
    """There is no place, and the queue is as long as it may be."""


class Lane:
    """`places` requests at once; `queue` more wait for at most `seconds`."""

    def __init__(self, places: int, queue: int, seconds: float) -> None:
        self._places = threading.Semaphore(places)
        self._queue = threading.Semaphore(queue)
        self._seconds = seconds

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Hold a place for the length of the block. Raises Full."""
        self._find_place()
        try:
            yield
        finally:
            self._places.release()

    def _find_place(self) -> None:
        if self._places.acquire(blocking=False):
            return
        if not self._queue.acquire(blocking=False):
            raise Full
        try:
            if not self._places.acquire(timeout=self._seconds):
                raise Full
        finally:
            self._queue.release()


class Precedence:
    """Members first: counts those being served, and lets others wait until there are none."""

    def __init__(self) -> None:
        self._served = 0
        self._last_at = -math.inf
        self._changed = threading.Condition()

    @contextmanager
    def serve(self) -> Iterator[None]:
        """Be served before others for the length of the block."""
        with self._changed:
            self._served += 1
        try:
            yield
        finally:
            with self._changed:
                self._served -= 1
                self._last_at = time.monotonic()
                if not self._served:
                    self._changed.notify_all()

    def were_served_lately(self) -> bool:
        return bool(self._served) or time.monotonic() - self._last_at < LATELY_SECONDS

    def wait(self, seconds: float) -> float:
        """Wait until nobody is served first, at most so many seconds; answers how long it was."""
        if not self._served:
            return 0.0
        started = time.monotonic()
        with self._changed:
            self._changed.wait_for(lambda: not self._served, timeout=seconds)
        return time.monotonic() - started


members = Precedence()
_patience: ContextVar[list[float] | None] = ContextVar("patience", default=None)


@contextmanager
def stepping_aside() -> Iterator[None]:
    """Let `step_aside` make way for members inside the block."""
    token = _patience.set([PATIENCE_SECONDS])
    try:
        yield
    finally:
        _patience.reset(token)


def give_way() -> None:
    """Called by background work between two transactions: lets members who are being served go first, for a while."""
    time.sleep(LONG_BREATH_SECONDS if members.were_served_lately() else BREATH_SECONDS)
    members.wait(PATIENCE_SECONDS)


def step_aside(*_ignored: object) -> None:
    """Called now and then by work that others may overtake; waits while a member is served, as long as patience lasts."""
    left = _patience.get()
    if left is not None and left[0] > 0 and members._served:  # noqa: SLF001  (asked at every statement: no call)
        left[0] -= members.wait(left[0])
