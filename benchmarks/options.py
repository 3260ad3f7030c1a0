"""What a run is to do, from the command line."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import report
from benchmarks.results import Pace
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.sites import Size
from tests import servers

DATABASES = ("sqlite", "postgresql")
PARTS = ("pages", "acts", "overload", "mixed", "start")
# Guests have so many places in `stoa serve` when their pages are made for them; further ones are turned away.
CONNECTIONS = 4


@dataclass(frozen=True)
class Scale:
    """How much, how long; times in seconds."""

    posts: int
    window: float
    rounds: int
    acts: int
    mixed: float
    overload: float
    replies: int
    starts: int = 3


QUICK = Scale(posts=100_000, window=1.0, rounds=2, acts=60, replies=20, mixed=20, overload=10)
FULL = Scale(posts=1_000_000, window=2.5, rounds=3, acts=200, replies=60, mixed=60, overload=20)


@dataclass(frozen=True)
class Wishes:
    """`given` are folders of forums that somebody seeded, by `large` and `small`."""

    databases: Sequence[str]
    sizes: Mapping[str, Size]
    given: Mapping[str, Path]
    scenarios: Sequence[Scenario]
    parts: Sequence[str]
    pace: Pace
    scale: Scale
    cache: Path
    results: Path
    page: Path
    command: str


def read(arguments: Sequence[str]) -> Wishes:
    """Read the arguments; ends the program with a sentence where they make no sense."""
    parser = _parser()
    found = parser.parse_args(arguments)
    usual = FULL if found.full else QUICK
    scale = Scale(
        posts=found.posts or usual.posts,
        window=found.window or usual.window,
        rounds=found.rounds or usual.rounds,
        acts=found.acts or usual.acts,
        mixed=found.mixed or usual.mixed,
        overload=found.overload or usual.overload,
        replies=found.replies or usual.replies,
        starts=found.starts,
    )
    scenarios = [each for each in SCENARIOS if not found.only or {each.key, each.name} & set(found.only)]
    if not scenarios:
        parser.error(f"--only: there are {', '.join(dict.fromkeys(each.key for each in SCENARIOS))}")
    given = {name: folder for name, folder in (("large", found.large), ("small", found.small)) if folder}
    if given and found.database != "sqlite":
        parser.error("--large and --small are folders with SQLite databases")
    return Wishes(
        databases=DATABASES if found.database == "both" else (found.database,),
        sizes={"large": Size(scale.posts), "small": Size(found.small_posts)},
        given=given,
        scenarios=scenarios,
        parts=found.part or PARTS,
        pace=Pace(window_seconds=scale.window, rounds=scale.rounds, connections=CONNECTIONS),
        scale=scale,
        cache=found.cache,
        results=found.results,
        page=found.page,
        command=" ".join(["make bench", *([f'ARGS="{" ".join(arguments)}"'] if arguments else [])]),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure a served forum against two yardsticks.")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="sqlite")
    parser.add_argument("--full", action="store_true", help="a million posts and longer windows, not 100,000")
    parser.add_argument("--posts", type=int, help="as many posts instead")
    parser.add_argument("--small-posts", type=int, default=1_000, help="posts of the forum to compare growth with")
    parser.add_argument("--window", type=float, help="seconds each figure is measured at a time")
    parser.add_argument("--rounds", type=int, help="how often each figure is measured")
    parser.add_argument("--acts", type=int, help="how many members rate, follow and react")
    parser.add_argument("--replies", type=int, help="how many members reply to the longest topic")
    parser.add_argument("--mixed", type=float, help="seconds of the mixed load")
    parser.add_argument("--overload", type=float, help="seconds of the overload")
    parser.add_argument("--starts", type=int, default=QUICK.starts, help="how often the server is started")
    parser.add_argument("--only", action="append", help="only this scenario; may be repeated")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part; may be repeated")
    parser.add_argument("--large", type=Path, help="a SQLite forum's data folder, copied instead of seeding")
    parser.add_argument("--small", type=Path, help="the same for the small forum")
    parser.add_argument(
        "--cache", type=Path, default=servers.ROOT / "var" / "bench", help="where seeded forums are kept"
    )
    parser.add_argument("--results", type=Path, default=report.RESULTS, help="where the results go")
    parser.add_argument("--page", type=Path, default=report.PAGE, help="the page that is made from them")
    return parser
