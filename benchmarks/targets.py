"""What is to be reached, and whether a run did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.figures import are_within, ratio
from benchmarks.results import PageResult, Run
from benchmarks.scenarios import CACHED, FRESH, MEMBER

AS_FAST, TWICE = 1.0, 2.0
FRESH_SHARE = 0.15
NOT_MODIFIED = 1.5
NEAR = 0.1
REPLY_MS = 25.0
MEMORY_MB = 150.0
START_SECONDS = 2.0
SLOWER_UNDER_LOAD = 1.5
PAGE_BYTES = 100_000


@dataclass(frozen=True)
class Outcome:
    """`is_met` is None where the run did not measure it."""

    wanted: str
    got: str
    is_met: bool | None


def outcomes(run: Run) -> list[Outcome]:
    """Every target beside what this run got."""
    return [outcome for judge in JUDGES for outcome in judge(run)]


def _page(run: Run, key: str, mode: str) -> PageResult | None:
    return next((page for page in run["pages"] if (page["key"], page["mode"]) == (key, mode)), None)


def _share_of_view(run: Run, key: str, mode: str, what: str, least: float) -> Outcome:
    wanted = f"{what}: at least {least:g} times the bare view"
    page = _page(run, key, mode)
    if page is None or page["missing"]:
        return _unmeasured(wanted, page)
    return Outcome(wanted, f"{page['to_view']:.2f} times", page["to_view"] >= least)


def _unmeasured(wanted: str, page: PageResult | None = None) -> Outcome:
    return Outcome(wanted, (page["missing"] if page else "") or "not measured", None)


def _speed(run: Run) -> Iterator[Outcome]:
    yield _share_of_view(run, "thread-first", CACHED, "guest's thread from the cache", AS_FAST)
    yield _share_of_view(run, "thread-first", CACHED, "the same, if all goes well", TWICE)
    yield _share_of_view(run, "thread-first", FRESH, "guest's thread of 25 posts made for the request", FRESH_SHARE)
    yield _share_of_view(run, "thread-first", MEMBER, "member's thread of 25 posts", FRESH_SHARE)
    yield _share_of_view(run, "not-modified", CACHED, "304 answer", NOT_MODIFIED)


def _depth(run: Run) -> Iterator[Outcome]:
    for what, first, last in (
        (f"topic of {run['large']['longest_posts']:,} posts", "thread-first", "thread-last"),
        (f"board of {run['large']['board_topics']:,} topics", "board-first", "board-last"),
    ):
        wanted = f"{what}: last page within 10 % of the first, made for the request"
        one, other = (_rate(run, key) for key in (first, last))
        if not one or not other:
            yield _unmeasured(wanted, _page(run, last, FRESH))
        else:
            yield Outcome(wanted, f"{ratio(other, one):.2f} of its requests/s", are_within(one, other, NEAR))


def _rate(run: Run, key: str) -> float:
    page = _page(run, key, FRESH)
    return page["large"]["per_second"] if page and page["large"] else 0.0


def _growth(run: Run) -> Iterator[Outcome]:
    wanted = f"{run['small']['posts']:,} to {run['large']['posts']:,} posts: no page more than 10 % slower"
    grown = [page for page in run["pages"] if not page["missing"]]
    if not grown:
        yield _unmeasured(wanted)
        return
    worst = min(grown, key=lambda page: page["growth"])
    slower = sum(page["growth"] < 1 - NEAR for page in grown)
    got = f"worst {worst['growth']:.2f} ({worst['title']}, {worst['mode']}); {slower} of {len(grown)} pages beyond"
    yield Outcome(wanted, got, slower == 0)


def _reply(run: Run) -> Iterator[Outcome]:
    wanted = f"reply on a topic of {run['large']['longest_posts']:,} posts: p95 under {REPLY_MS:g} ms"
    reply = next((act for act in run["acts"] if act["key"] == "reply"), None)
    if reply is None or not reply["large"]["count"]:
        yield _unmeasured(wanted)
        return
    took = reply["large"]["p95"]
    yield Outcome(wanted, f"{took:.1f} ms (the bare view: {reply['view']['p95']:.1f} ms)", took < REPLY_MS)


def _weight(run: Run) -> Iterator[Outcome]:
    wanted = "thread of 25 posts: under 100 kB with gzip"
    pages = (_page(run, "thread-first", mode) for mode in (MEMBER, FRESH))
    sizes = [page["bytes"]["gzip"] for page in pages if page and page["bytes"]]
    if not sizes:
        yield _unmeasured(wanted)
        return
    yield Outcome(wanted, f"{max(sizes) / 1000:.1f} kB", max(sizes) < PAGE_BYTES)


def _memory(run: Run) -> Iterator[Outcome]:
    wanted = f"memory of the web process after the mixed load: under {MEMORY_MB:g} MB"
    mixed = run["mixed"]
    if mixed is None:
        yield _unmeasured(wanted)
        return
    yield Outcome(wanted, f"{mixed['memory_after_mb']:.0f} MB", mixed["memory_after_mb"] < MEMORY_MB)


def _start(run: Run) -> Iterator[Outcome]:
    wanted = f"start to the first page: under {START_SECONDS:g} s"
    if not run["start_seconds"]:
        yield _unmeasured(wanted)
        return
    slowest = max(run["start_seconds"])
    yield Outcome(wanted, f"{slowest:.2f} s, the slowest of {len(run['start_seconds'])}", slowest < START_SECONDS)


def _overload(run: Run) -> Iterator[Outcome]:
    wanted = f"twice the guests that can be served: member's p95 within {SLOWER_UNDER_LOAD:g} times the unloaded"
    found = run["overload"]
    if found is None:
        yield _unmeasured(wanted)
        return
    slower = ratio(found["loaded"]["p95"], found["unloaded"]["p95"])
    got = f"{slower:.2f} times ({found['unloaded']['p95']:.1f} to {found['loaded']['p95']:.1f} ms)"
    yield Outcome(wanted, got, slower <= SLOWER_UNDER_LOAD and not found["member_refused"])


def _kept(run: Run) -> Iterator[Outcome]:
    wanted = "every accepted reply is there afterwards"
    parts = [part for part in (run["mixed"], run["overload"]) if part is not None]
    if not parts:
        yield _unmeasured(wanted)
        return
    accepted = sum(part["accepted"] for part in parts)
    lost = sum(max(0, part["accepted"] - part["present"]) for part in parts)
    yield Outcome(wanted, f"{accepted - lost} of {accepted}", lost == 0)


JUDGES: tuple[Callable[[Run], Iterator[Outcome]], ...] = (
    _speed,
    _depth,
    _growth,
    _reply,
    _overload,
    _kept,
    _weight,
    _memory,
    _start,
)
