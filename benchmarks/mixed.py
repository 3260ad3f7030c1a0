"""An ordinary hour in miniature: of a hundred requests 95 are guests', 4 members' reading, one a reply."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from benchmarks import yardstick
from benchmarks.asking import ask
from benchmarks.bench import Bench
from benchmarks.figures import ratio
from benchmarks.load import BROWSER, Load, Request
from benchmarks.pages import cookie_of, rate_of
from benchmarks.places import Places
from benchmarks.results import MixedResult
from benchmarks.serving import Served
from benchmarks.sites import Site

GUESTS, READING, WRITING = 95.0, 4.0, 1.0
# Where guests go: mostly where people talk, the rest spread over everything there is, as crawlers do.
TALK, LISTS, ANYWHERE = 0.65, 0.2, 0.15
ANYWHERE_PAGES = 2_000
HEADERS_BYTES = 600  # of an answer, about
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def measure(server: Served, site: Site, places: Places, seconds: float, bench: Bench) -> MixedResult:
    """A server that was just started works through it at full load; its memory is looked at before and after."""
    word = f"Mixed {secrets.token_hex(4)}"
    before = server.memory_mb
    everything = list(requests(places, server.address, word))
    load = bench.offer(server.address, everything, seconds=seconds, with_statuses=True)
    after = server.memory_mb
    written = ask(site.settings, "sources", {"after": places["newest_post"], "prefix": word}, core=bench.load_core)
    view, file = _yardsticks(load, bench)
    return MixedResult(
        seconds=load.seconds,
        per_second=load.per_second,
        p50=load.p50,
        p99=load.p99,
        statuses={str(status): count for status, count in load.statuses.items()},
        broken=load.broken,
        view=rate_of([view]),
        file=rate_of([file]),
        to_view=ratio(load.per_second, view.per_second),
        accepted=load.statuses.get(303, 0),
        present=len(set(written)),
        memory_before_mb=before,
        memory_after_mb=after,
    )


def requests(places: Places, address: str, word: str) -> Iterator[Request]:
    """Everything people do, with how often. `word` begins every reply."""
    talk = places["talk"]
    popularity = [1 / (rank + 1) for rank in range(len(talk))]  # a few topics have most of the readers
    total = sum(popularity)
    for path, share in zip(talk, popularity, strict=True):
        yield Request(path, headers=BROWSER, weight=GUESTS * TALK * share / total)
    for path in ("/", places["board"], places["profile"]):
        yield Request(path, headers=BROWSER, weight=GUESTS * LISTS / 3)
    anywhere = places["cold"][-ANYWHERE_PAGES:]
    for path in anywhere:
        yield Request(path, headers=BROWSER, weight=GUESTS * ANYWHERE / len(anywhere))
    members = places["members"]
    for turn, member in enumerate(members):
        path = talk[turn % len(talk)]
        headers = BROWSER | cookie_of(member)
        yield Request(path, headers=headers, weight=READING / len(members))
        form = FORM | {"Origin": address}
        body = f"body={word.replace(' ', '+')}+{{count}}.&key={word.replace(' ', '-')}-{{count}}"
        yield Request(f"{path}reply", "POST", headers | form, body, weight=WRITING / len(members))


def _yardsticks(load: Load, bench: Bench) -> tuple[Load, Load]:
    """The bare view and the file with a body of the size that answers had on average."""
    size = max(0, load.bytes // max(1, load.requests) - HEADERS_BYTES)
    with yardstick.served(bench, [size]) as sticks:
        return bench.offer(sticks.address, [sticks.view(size)]), bench.offer(sticks.address, [sticks.file(size)])
