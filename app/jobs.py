"""Every job by name, when the repeating ones run, and what is buffered."""

from __future__ import annotations

from app.features.accounts.seen import flush_seen
from app.kernel.background import Flush
from app.kernel.jobs import Repeating, Work

WORK: dict[str, Work] = {}

REPEATING: list[Repeating] = []

FLUSHES: tuple[Flush, ...] = (flush_seen,)
