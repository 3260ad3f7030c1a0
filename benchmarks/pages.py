"""Pages under load: in every round each scenario's page is asked of the large and the small forum, between yardsticks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from benchmarks import yardstick
from benchmarks.asking import Cost
from benchmarks.bench import Bench
from benchmarks.client import Answer, browser
from benchmarks.figures import median, median_ratio
from benchmarks.load import BROWSER, Load, Request
from benchmarks.machine import say
from benchmarks.places import Member, Places
from benchmarks.results import Bytes, PageResult, Rate
from benchmarks.scenarios import MEMBER, Scenario

LARGE, SMALL, VIEW, FILE = "large", "small", "view", "file"
TRIES = 3
WARM_UP = 3  # requests before a page's size is taken


@dataclass(frozen=True)
class Target:
    """A forum as one mode serves it."""

    address: str
    places: Places


@dataclass
class _Measured:
    """A scenario while it is measured: what is asked where, and what came back."""

    scenario: Scenario
    requests: Mapping[str, Sequence[Request]]
    addresses: Mapping[str, str]
    sizes: Bytes
    loads: dict[str, list[Load]] = field(default_factory=lambda: {LARGE: [], SMALL: [], VIEW: [], FILE: []})


class Missing(Exception):
    """A page cannot be measured; the message says why."""


def cookie_of(member: Member) -> dict[str, str]:
    return {"Cookie": f"sid={member['token']}"}


def measure(
    scenarios: Sequence[Scenario],
    targets: Mapping[tuple[str, str], Target],
    costs: Mapping[str, Mapping[str, Cost]],
    bench: Bench,
) -> Iterator[PageResult]:
    """Results in the order of the scenarios. `targets` are by forum (large, small) and mode, `costs` by forum."""
    found: dict[str, _Measured | Missing] = {}
    for scenario in scenarios:
        try:
            found[scenario.name] = _look(scenario, targets)
        except Missing as reason:
            found[scenario.name] = reason
    measured = [each for each in found.values() if isinstance(each, _Measured)]
    if measured:
        sizes = {each.sizes["sent"] for each in measured}
        with yardstick.served(bench, sizes) as sticks:
            _measure(measured, sticks, bench)
    for scenario in scenarios:
        each = found[scenario.name]
        yield _missing(scenario, str(each)) if isinstance(each, Missing) else _result(each, costs)


def _look(scenario: Scenario, targets: Mapping[tuple[str, str], Target]) -> _Measured:
    """Ask for the page once on both forums. Raises Missing where it is not as expected."""
    requests, sizes, addresses = {}, {}, {}
    for forum in (LARGE, SMALL):
        target = targets[forum, scenario.mode]
        requests[forum], sizes[forum] = _look_at(scenario, target)
        addresses[forum] = target.address
    return _Measured(scenario, requests, addresses, sizes[LARGE])


def _look_at(scenario: Scenario, target: Target) -> tuple[Sequence[Request], Bytes]:
    path = scenario.path(target.places)
    headers = BROWSER | (cookie_of(target.places["members"][0]) if scenario.mode == MEMBER else {})
    with browser(target.address, headers) as client:
        answers = [client.get(path) for _turn in range(WARM_UP)]
        page = answers[-1]
        if page.status != 200:
            raise Missing(f"no {path.split('/')[1]} page yet" if page.status == 404 else f"answers {page.status}")
        if scenario.revalidates:
            tag = page.headers.get("etag")
            if not tag:
                raise Missing("no ETag yet")
            headers |= {"If-None-Match": tag}
            unchanged = client.get(path, headers)
            if unchanged.status != 304:
                raise Missing(f"If-None-Match is answered with {unchanged.status}")
            page = unchanged
    if scenario.by_many:
        return [Request(path, headers=headers | cookie_of(member)) for member in target.places["members"]], _sizes(page)
    return [Request(path, headers=headers)], _sizes(page)


def _sizes(page: Answer) -> Bytes:
    if not page.body:
        return Bytes(raw=0, gzip=0, sent=0)
    return Bytes(raw=len(page.raw), gzip=len(page.packed), sent=len(page.body))


def _measure(measured: Sequence[_Measured], sticks: yardstick.Yardstick, bench: Bench) -> None:
    for turn in range(bench.pace["rounds"]):
        say(f"  round {turn + 1} of {bench.pace['rounds']}")
        for each in measured:
            size = each.sizes["sent"]
            each.loads[VIEW].append(bench.offer(sticks.address, [sticks.view(size)]))
            each.loads[LARGE].append(_offer(each, LARGE, bench))
            each.loads[FILE].append(bench.offer(sticks.address, [sticks.file(size)]))
            each.loads[SMALL].append(_offer(each, SMALL, bench))


def _offer(each: _Measured, forum: str, bench: Bench) -> Load:
    address, requests = each.addresses[forum], each.requests[forum]
    if not each.scenario.revalidates:
        return bench.offer(address, requests, in_turn=True)
    load = _offer_known(address, requests[0], bench)
    for _time in range(TRIES - 1):  # a page that changed meanwhile was answered in full
        if not load.refused:
            break
        load = _offer_known(address, requests[0], bench)
    return load


def _offer_known(address: str, request: Request, bench: Bench) -> Load:
    """A load of requests that show the page's ETag of this moment; only answers without the page are as wished."""
    with browser(address, BROWSER) as client:
        tag = client.get(request.path).headers["etag"]
    load = bench.offer(address, [replace(request, headers=BROWSER | {"If-None-Match": tag})], with_statuses=True)
    return replace(load, refused=load.requests - load.statuses.get(304, 0))


def _result(each: _Measured, costs: Mapping[str, Mapping[str, Cost]]) -> PageResult:
    rates = {name: [load.per_second for load in loads] for name, loads in each.loads.items()}
    return PageResult(
        key=each.scenario.key,
        title=each.scenario.title,
        mode=each.scenario.mode,
        missing="",
        bytes=each.sizes,
        large=rate_of(each.loads[LARGE]),
        small=rate_of(each.loads[SMALL]),
        view=rate_of(each.loads[VIEW]),
        file=rate_of(each.loads[FILE]),
        to_view=median_ratio(rates[LARGE], rates[VIEW]),
        to_file=median_ratio(rates[LARGE], rates[FILE]),
        growth=median_ratio(rates[LARGE], rates[SMALL]),
        cost=costs.get(LARGE, {}).get(each.scenario.name),
        cost_small=costs.get(SMALL, {}).get(each.scenario.name),
    )


def rate_of(loads: Sequence[Load]) -> Rate:
    return Rate(
        per_second=median([load.per_second for load in loads]),
        p50=median([load.p50 for load in loads]),
        p99=median([load.p99 for load in loads]),
        refused=sum(load.refused for load in loads),
        broken=sum(load.broken for load in loads),
    )


def _missing(scenario: Scenario, reason: str) -> PageResult:
    return PageResult(
        key=scenario.key,
        title=scenario.title,
        mode=scenario.mode,
        missing=reason,
        bytes=None,
        large=None,
        small=None,
        view=None,
        file=None,
        to_view=0,
        to_file=0,
        growth=0,
        cost=None,
        cost_small=None,
    )
