"""One run on one database, part after part."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from benchmarks import acts, mixed, overload, pages
from benchmarks.acts import Often
from benchmarks.asking import Asked, Cost, ask
from benchmarks.bench import Bench
from benchmarks.machine import Machine, say
from benchmarks.options import Wishes
from benchmarks.pages import LARGE, SMALL, Target, cookie_of
from benchmarks.places import Places
from benchmarks.results import ActResult, PageResult, Run, SiteSize
from benchmarks.scenarios import CACHED, FRESH, MEMBER, Scenario
from benchmarks.serving import WITHOUT_PAGE_CACHE, served
from benchmarks.sites import Site, postgresql_sites, sqlite_sites


def measure(database: str, wishes: Wishes, machine: Machine) -> Run:
    """Everything that is wished for, on one database."""
    cores = machine["server_core"], machine["load_core"]
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with _sites(database, wishes, cores[0]) as sites, tempfile.TemporaryDirectory(prefix="stoa-bench-") as folder:
        say(
            f"Choosing where to go in forums of {' and '.join(f'{size.posts:,}' for size in wishes.sizes.values())} posts"
        )
        places = {name: cast("Places", ask(site.settings, "places", core=cores[1])) for name, site in sites.items()}
        run = Run(
            at=at,
            database=database,
            command=wishes.command,
            machine=machine,
            pace=wishes.pace,
            large=_size(places[LARGE]),
            small=_size(places[SMALL]),
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
    if {"pages", "acts"} & set(wishes.parts):
        scenarios = wishes.scenarios if "pages" in wishes.parts else []
        say("Counting statements")
        forms = acts.asked(places[LARGE]) if "acts" in wishes.parts else []
        costs = {LARGE: _costs(scenarios, *large, bench.server_core, forms)}
        costs[SMALL] = _costs(scenarios, sites[SMALL], places[SMALL], bench.server_core, [])
        with _all_served(sites, places, bench.server_core, {each.mode for each in scenarios}) as targets:
            if "pages" in wishes.parts:
                run["pages"] = _pages(scenarios, targets, costs, bench)
            if "acts" in wishes.parts:
                run["acts"] = _acts(wishes, targets, sites, costs[LARGE], bench)
    if {"start", "mixed", "overload"} & set(wishes.parts):
        starts = wishes.scale.starts if "start" in wishes.parts else 1
        say("Start")
        run["start_seconds"] = [_start(large[0], bench.server_core) for _time in range(starts - 1)]
        with served(large[0], bench.server_core) as server:
            run["start_seconds"].append(server.start_seconds)
            if "mixed" in wishes.parts:
                say(f"A mixed hour in {wishes.scale.mixed:g} s")
                run["mixed"] = mixed.measure(server, *large, wishes.scale.mixed, bench)
            if "overload" in wishes.parts:
                say(f"Overload for {wishes.scale.overload:g} s")
                run["overload"] = overload.measure(server, *large, wishes.scale.overload, bench)


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
    sites: Mapping[str, Site], places: Mapping[str, Places], core: int, modes: Collection[str]
) -> Iterator[dict[tuple[str, str], Target]]:
    """Both forums, with their page cache and, where a mode wants it, without; only one is asked at a time."""
    with contextlib.ExitStack() as stack:
        targets: dict[tuple[str, str], Target] = {}
        for name, site in sites.items():
            usual = Target(stack.enter_context(served(site, core)).address, places[name])
            targets |= {(name, mode): usual for mode in (CACHED, MEMBER)}
            if FRESH in modes:
                fresh = stack.enter_context(served(site, core, with_page_cache=False, with_worker=False))
                targets[name, FRESH] = Target(fresh.address, places[name])
        yield targets


def _pages(
    scenarios: Sequence[Scenario],
    targets: Mapping[tuple[str, str], Target],
    costs: Mapping[str, Mapping[str, Cost]],
    bench: Bench,
) -> list[PageResult]:
    say(f"{len(scenarios)} pages")
    found = []
    for result in pages.measure(scenarios, targets, costs, bench):
        found.append(result)
        figures = f"{result['to_view']:.2f} of the bare view, growth {result['growth']:.2f}"
        rate = f"{result['large']['per_second']:8,.0f}/s" if result["large"] else ""
        say(f"  {result['mode']:7} {result['title']:34} {result['missing'] or f'{rate}  {figures}'}")
    return found


def _acts(
    wishes: Wishes,
    targets: Mapping[tuple[str, str], Target],
    sites: Mapping[str, Site],
    costs: Mapping[str, Cost],
    bench: Bench,
) -> list[ActResult]:
    say("What members do")
    forums = {name: targets[name, MEMBER] for name in (LARGE, SMALL)}
    found = acts.measure(forums, sites, costs, Often(wishes.scale.acts, wishes.scale.replies), bench)
    for result in found:
        say(f"  {result['title']:10} p50 {result['large']['p50']:.1f} ms, p95 {result['large']['p95']:.1f} ms")
    return found


def _costs(
    scenarios: Sequence[Scenario], site: Site, places: Places, core: int, forms: Sequence[Asked]
) -> dict[str, Cost]:
    """Statements and times of pages and forms, in a process of its own with the page cache and one without."""
    usual = [_asked(each, places) for each in scenarios if each.mode != FRESH and not each.revalidates]
    fresh = [_asked(each, places) for each in scenarios if each.mode == FRESH]
    costs: dict[str, Cost] = ask(site.settings, "statements", [*usual, *forms], core=core) if usual or forms else {}
    return costs | (ask(site.settings | WITHOUT_PAGE_CACHE, "statements", fresh, core=core) if fresh else {})


def _asked(scenario: Scenario, places: Places) -> Asked:
    cookie = cookie_of(places["members"][0])["Cookie"] if scenario.mode == MEMBER else ""
    return Asked(key=scenario.name, method="GET", path=scenario.path(places), cookie=cookie, form={})


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
