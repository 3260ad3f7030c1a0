"""The arithmetic of the results: small, so that nobody needs to trust it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0 to 1) of the values does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def ratio(value: float, yardstick: float) -> float:
    """How many times the yardstick; 0 where there is none to compare with."""
    return value / yardstick if yardstick else 0.0


def median_ratio(values: Sequence[float], yardsticks: Sequence[float]) -> float:
    """The median of the ratios of each round: what slows a whole round down cancels out."""
    return median([ratio(value, yardstick) for value, yardstick in zip(values, yardsticks, strict=True)])


def are_within(one: float, other: float, share: float) -> bool:
    """Whether neither is more than `share` (0 to 1) under the other."""
    return min(one, other) >= (1 - share) * max(one, other) > 0
