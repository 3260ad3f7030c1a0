"""What a run writes down: one JSON file, in these shapes. Times in milliseconds unless a name says otherwise."""

from __future__ import annotations

from typing import TypedDict

from benchmarks.asking import Cost
from benchmarks.machine import Machine


class Rate(TypedDict):
    """One target under load, the medians of its windows; `refused` and `broken` are sums."""

    per_second: float
    p50: float
    p99: float
    refused: int
    broken: int


class Bytes(TypedDict):
    """The page itself, packed with gzip, and what was transferred under load."""

    raw: int
    gzip: int
    sent: int


class PageResult(TypedDict):
    """One scenario in one mode; ratios are medians of the rounds. `missing` says why there are no figures.

    `growth` is the rate on the large forum in relation to the small one.
    """

    key: str
    title: str
    mode: str
    missing: str
    bytes: Bytes | None
    large: Rate | None
    small: Rate | None
    view: Rate | None
    file: Rate | None
    to_view: float
    to_file: float
    growth: float
    cost: Cost | None
    cost_small: Cost | None


class Latency(TypedDict):
    count: int
    p50: float
    p95: float
    worst: float


class ActResult(TypedDict):
    """Something members do, one after the other; `view` is the bare view asked in between, by the same client.

    `afterwards_seconds` is how long the work that was put off took on both forums, up to two of it waiting.
    """

    key: str
    title: str
    refused: int
    large: Latency
    small: Latency
    view: Latency
    afterwards_seconds: float | None
    cost: Cost | None


class MixedResult(TypedDict):
    """Minutes of an ordinary day; memory in megabytes."""

    seconds: float
    per_second: float
    p50: float
    p99: float
    statuses: dict[str, int]
    broken: int
    view: Rate
    file: Rate
    to_view: float
    accepted: int
    present: int
    memory_before_mb: float
    memory_after_mb: float


class OverloadResult(TypedDict):
    """Twice as many guests as can be served. `unloaded` and `loaded` are the member's reading."""

    capacity: float
    offered: float
    sent: float
    seconds: float
    statuses: dict[str, int]
    broken: int
    guests_p50: float
    guests_p99: float
    unloaded: Latency
    loaded: Latency
    member_refused: int
    accepted: int
    present: int


class SiteSize(TypedDict):
    posts: int
    topics: int
    longest_posts: int
    board_topics: int


class Pace(TypedDict):
    """How it was measured."""

    window_seconds: float
    rounds: int
    connections: int


class Run(TypedDict):
    """A whole run on one database; a part that was not asked for is None or empty."""

    at: str
    database: str
    command: str
    machine: Machine
    pace: Pace
    large: SiteSize
    small: SiteSize
    pages: list[PageResult]
    acts: list[ActResult]
    mixed: MixedResult | None
    overload: OverloadResult | None
    start_seconds: list[float]
