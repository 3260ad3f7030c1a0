"""What every part of a run measures with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import load
from benchmarks.load import Load, Request
from benchmarks.results import Pace


@dataclass(frozen=True)
class Bench:
    """Two cores, a pace, and a folder for what vanishes afterwards."""

    server_core: int
    load_core: int
    pace: Pace
    folder: Path

    def offer(
        self,
        address: str,
        requests: Sequence[Request],
        *,
        seconds: float | None = None,
        in_turn: bool = False,
        with_statuses: bool = False,
    ) -> Load:
        """As much as can be served by the connections of the pace, for one window unless it says how long."""
        return load.offer(
            address,
            requests,
            seconds=seconds or self.pace["window_seconds"],
            connections=self.pace["connections"],
            core=self.load_core,
            in_turn=in_turn,
            with_statuses=with_statuses,
        )
