"""One run on one database, part after part."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from benchmarks import acts, mixed, overload, pages
from benchmarks.bench import Bench, say
from benchmarks.inside import Asked, Cost, ask
from benchmarks.machine import Machine
from benchmarks.options import Wishes
from benchmarks.pages import LARGE, SMALL, Target, cookie_of
from benchmarks.places import Places
from benchmarks.results import ActResult, PageResult, Run, SiteSize
from benchmarks.scenarios import CACHED, FRESH, MEMBER, Scenario
from benchmarks.serving import HAS_PAGE_CACHE, WITHOUT_PAGE_CACHE, served
from benchmarks.sites import Site, postgresql_sites, sqlite_sites

STARTS = 3


def measure(database: str, wishes: Wishes, machine: Machine) -> Run:
    """Everything that is wished for, on one database."""
    cores = machine["server_core"], machine["load_core"]
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with _sites(database, wishes, cores[0]) as sites, tempfile.TemporaryDirectory(prefix="stoa-bench-") as folder:
        say(
            f"Choosing where to go in forums of {' and '.join(f'{size.posts:,}' for size in wishes.sizes.values())} posts"
        )
        places = {name: cast("Places", ask(site, "places", None, core=cores[1])) for name, site in sites.items()}
        run = Run(
            at=at,
            database=database,
            command=wishes.command,
            machine=machine,
            pace=wishes.pace,
            large=_size(places[LARGE]),
            small=_size(places[SMALL]),
            has_page_cache=HAS_PAGE_CACHE,
            pages=[],
            acts=[],
            mixed=None,
            overload=None,
            start_seconds=[],
        )
        _measure_parts(run, wishes, sites, places, Bench(*cores, wishes.pace, Path(folder)))
    return run


def _measure_parts(
    run: Run,
    wishes: Wishes,
    sites: Mapping[str, Site],
    places: Mapping[str, Places],
    bench: Bench,
) -> None:
    large = sites[LARGE], places[LARGE]
    wanted = [part for part in ("pages", "acts") if part in wishes.parts]
    if wanted:
        with _all_served(sites, places, bench.server_core) as targets:
            if "pages" in wanted:
                say(f"{len(wishes.scenarios)} pages, {wishes.pace['rounds']} rounds")
                run["pages"] = _pages(wishes, large, targets, bench)
            if "acts" in wanted:
                say("What members do")
                run["acts"] = _acts(wishes.scale.acts, large, targets, bench)
    if "start" in wishes.parts:
        say("Start")
        run["start_seconds"] = [_start(large[0], bench.server_core) for _time in range(STARTS)]
    if "mixed" in wishes.parts:
        say(f"A mixed hour in {wishes.scale.mixed:g} s")
        run["mixed"] = mixed.measure(*large, wishes.scale.mixed, bench)
    if "overload" in wishes.parts:
        say(f"Overload for {wishes.scale.overload:g} s")
        run["overload"] = overload.measure(*large, wishes.scale.overload, bench)


@contextlib.contextmanager
def _sites(database: str, wishes: Wishes, core: int) -> Iterator[dict[str, Site]]:
    if database == "sqlite":
        with sqlite_sites(wishes.sizes, wishes.cache, wishes.given) as sites:
            yield sites
    else:
        with postgresql_sites(wishes.sizes, wishes.cache, core) as sites:
            yield sites


@contextlib.contextmanager
def _all_served(
    sites: Mapping[str, Site], places: Mapping[str, Places], core: int
) -> Iterator[dict[tuple[str, str], Target]]:
    """Both forums with their page cache and without, all at once; only one is asked at a time."""
    with contextlib.ExitStack() as stack:
        targets: dict[tuple[str, str], Target] = {}
        for name, site in sites.items():
            usual = Target(stack.enter_context(served(site, core)).address, places[name])
            targets[name, MEMBER] = usual
            if HAS_PAGE_CACHE:
                targets[name, CACHED] = usual
                fresh = stack.enter_context(served(site, core, with_page_cache=False, with_worker=False))
                targets[name, FRESH] = Target(fresh.address, places[name])
            else:
                targets[name, FRESH] = usual
        yield targets


def _pages(
    wishes: Wishes,
    large: tuple[Site, Places],
    targets: Mapping[tuple[str, str], Target],
    bench: Bench,
) -> list[PageResult]:
    costs = _costs_of_pages(wishes.scenarios, large, bench.server_core)
    found = []
    for result in pages.measure(wishes.scenarios, targets, costs, bench):
        found.append(result)
        figures = f"{result['to_view']:.2f} of the bare view, growth {result['growth']:.2f}"
        rate = f"{result['large']['per_second']:8,.0f}/s" if result["large"] else ""
        say(f"  {result['mode']:7} {result['title']:34} {result['missing'] or f'{rate}  {figures}'}")
    return found


def _costs_of_pages(scenarios: Sequence[Scenario], large: tuple[Site, Places], core: int) -> dict[str, Cost]:
    """Statements and times in a process of its own: one with the page cache, one without."""
    site, places = large
    costs: dict[str, Cost] = {}
    for modes, settings in (((CACHED, MEMBER), {}), ((FRESH,), WITHOUT_PAGE_CACHE)):
        asked = [
            Asked(
                key=each.name,
                method="GET",
                path=each.path(places),
                cookie=cookie_of(places["members"][0])["Cookie"] if each.mode == MEMBER else "",
                form={},
            )
            for each in scenarios
            if each.mode in modes and not each.revalidates
        ]
        if asked:
            costs |= cast("dict[str, Cost]", ask(site, "statements", asked, core=core, **settings))
    return costs


def _acts(
    times: int,
    large: tuple[Site, Places],
    targets: Mapping[tuple[str, str], Target],
    bench: Bench,
) -> list[ActResult]:
    site, places = large
    costs = cast("dict[str, Cost]", ask(site, "statements", acts.asked(places), core=bench.server_core))
    forums = {name: targets[name, MEMBER] for name in (LARGE, SMALL)}
    found = acts.measure(forums, costs, times, bench)
    for result in found:
        say(f"  {result['title']:10} p50 {result['large']['p50']:.1f} ms, p95 {result['large']['p95']:.1f} ms")
    return found


def _start(site: Site, core: int) -> float:
    with served(site, core, with_worker=False) as server:
        return server.start_seconds


def _size(places: Places) -> SiteSize:
    return SiteSize(
        posts=places["posts"],
        topics=places["topics"],
        longest_posts=places["longest_posts"],
        board_topics=places["board_topics"],
    )
