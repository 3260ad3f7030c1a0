"""docs/performance.md, made from the results of runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from benchmarks.asking import Cost
from benchmarks.results import ActResult, MixedResult, OverloadResult, PageResult, Rate, Run
from benchmarks.targets import outcomes
from tests.servers import ROOT

RESULTS = ROOT / "benchmarks" / "results"
BUSY = 0.7
PAGE = ROOT / "docs" / "performance.md"
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
MODES = {"cached": "guest, from the cache", "fresh": "guest, made for the request", "member": "member"}

INTRODUCTION = """# Performance

Made from `benchmarks/results/` by `python -m benchmarks report`; do not edit. The figures come from

    make bench                                      a few minutes: SQLite, 100,000 posts
    make bench ARGS="--full --database both"        a million posts, on SQLite and PostgreSQL

## How it is measured

- Forums are seeded by `stoa bench seed` once and copied for every run. The large one is compared with a small one that is
  served at the same time and asked in turn with it.
- The server (`stoa serve`, and on PostgreSQL the database and `stoa worker` too) has one core, the load another. The load
  is [wrk](https://github.com/wg/wrk) over loopback, with gzip, as browsers ask. Only answers as wished count.
- Beside every figure stand two yardsticks of the same minute: a **bare view**, which is a Flask application with nothing
  but a constant body of as many bytes as the page takes on the wire (none for a 304), under the same server with the
  same settings; and a **file** of that size, which the web server sends by itself. Windows alternate between them and the
  forums; ratios are medians over the rounds, so what slows a minute down cancels out.
- *Made for the request* is the same server with the page cache off (`STOA_PAGE_CACHE_MB=0`).
- SQL statements, their time and the time of the whole request ("alone") are taken in a process of their own, without load
  and without HTTP, on the large forum and (in brackets) on the small one.
- What members do is measured by one client, one request after the other; its times include HTTP over loopback.
  A reply waits for what the one before has put off (telling followers, indexing), which the last columns but two show.
- In the overload, guests ask for pages nobody asked for before, at twice the rate that was just served, while a member
  reads ten times a second and somebody replies every second.
- *Growth* is the rate on the large forum divided by the rate on the small one.
"""


def newest(folder: Path) -> list[Run]:
    """The newest kept run of each database."""
    found: dict[str, Run] = {}
    for file in sorted(folder.glob("*.json")):
        run = read(file)
        found[run["database"]] = run
    return [found[name] for name in DATABASES if name in found]


def read(file: Path) -> Run:
    return cast("Run", json.loads(file.read_text("utf-8")))


def write(run: Run, folder: Path) -> Path:
    """Keep a run. A later one of the same day and database takes its place."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{run['at'][:10]}-{run['database']}.json"
    file.write_text(json.dumps(_rounded(run), indent=1) + "\n", "utf-8")
    return file


def _rounded(value: object) -> object:
    """Without digits that mean nothing."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return value


def page(runs: Sequence[Run]) -> str:
    """The whole text."""
    return "\n".join([INTRODUCTION, *(line for run in runs for line in _of(run))])


def _of(run: Run) -> Iterator[str]:
    large, small, machine, pace = run["large"], run["small"], run["machine"], run["pace"]
    yield f"## {DATABASES[run['database']]}"
    yield ""
    yield (
        f"{run['at'][:10]}, `{run['command']}`: {large['posts']:,} posts in {large['topics']:,} topics, the longest of "
        f"{large['longest_posts']:,} posts, the largest board with {large['board_topics']:,} topics; the small forum has "
        f"{small['posts']:,} posts. {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:.0f} GB, "
        f"{machine['system']}, Python {machine['python']}, {machine['threads']} threads. {pace['rounds']} rounds of "
        f"{pace['window_seconds']:g} s, {pace['connections']} connections."
    )
    yield ""
    if machine["server_core"] == machine["load_core"]:
        yield "This machine has one core for both the server and the load.\n"
    if machine["busy"] > BUSY:
        yield f"The machine was busy with other things (load {machine['busy']:.1f}): only ratios mean something.\n"
    yield from _table(
        ("wanted", "got", "met"),
        [(each.wanted, each.got, {True: "yes", False: "**no**", None: "–"}[each.is_met]) for each in outcomes(run)],
    )
    yield from _pages(run)
    if run["acts"]:
        yield from _acts(run["acts"])
    if run["mixed"]:
        yield from _mixed(run["mixed"])
    if run["overload"]:
        yield from _overload(run["overload"])


def _pages(run: Run) -> Iterator[str]:
    rates, costs = (
        ("requests/s", "p50 ms", "p99 ms", "× bare view", "× file", "growth"),
        ("SQL", "SQL ms (small)", "alone ms (small)"),
    )
    titles = ("page", *rates, *costs, "raw kB", "gzip kB")
    for mode, title in MODES.items():
        pages = [each for each in run["pages"] if each["mode"] == mode]
        if pages:
            yield f"### Pages: {title}"
            yield ""
            yield from _table(titles, [_row(each) for each in pages])


def _row(found: PageResult) -> Sequence[str]:
    if found["missing"] or found["large"] is None or found["bytes"] is None:
        return (found["title"], found["missing"], *[""] * 10)
    return (
        found["title"],
        _with_trouble(found["large"]),
        f"{found['large']['p50']:.1f}",
        f"{found['large']['p99']:.1f}",
        f"{found['to_view']:.2f}",
        f"{found['to_file']:.2f}",
        f"{found['growth']:.2f}",
        *_cost(found["cost"], found["cost_small"]),
        f"{found['bytes']['raw'] / 1000:.1f}",
        f"{found['bytes']['gzip'] / 1000:.1f}",
    )


def _cost(large: Cost | None, small: Cost | None) -> tuple[str, str, str]:
    if large is None or small is None:
        return "", "", ""
    sql, everything = (f"{large[key]:.1f} ({small[key]:.1f})" for key in ("sql_ms", "all_ms"))
    return f"{large['statements']:g}", sql, everything


def _with_trouble(rate: Rate) -> str:
    trouble = [f"{rate['refused']} refused"] if rate["refused"] else []
    trouble += [f"{rate['broken']} broken"] if rate["broken"] else []
    return f"{rate['per_second']:,.0f}" + (f" ({', '.join(trouble)})" if trouble else "")


def _acts(acts: Sequence[ActResult]) -> Iterator[str]:
    yield "### What members do, on the longest topic"
    yield ""
    titles = ("act", "times", "p50 ms", "p95 ms", "worst ms", "small forum p95", "bare view p95")
    costs = ("put off s", "SQL", "SQL ms")
    yield from _table(
        (*titles, *costs),
        [
            (
                act["title"],
                f"{act['large']['count']}" + (f" ({act['refused']} refused)" if act["refused"] else ""),
                f"{act['large']['p50']:.1f}",
                f"{act['large']['p95']:.1f}",
                f"{act['large']['worst']:.1f}",
                f"{act['small']['p95']:.1f}",
                f"{act['view']['p95']:.1f}",
                "" if act["afterwards_seconds"] is None else f"{act['afterwards_seconds']:.1f}",
                *((f"{act['cost']['statements']:g}", f"{act['cost']['sql_ms']:.1f}") if act["cost"] else ("", "")),
            )
            for act in acts
        ],
    )


def _mixed(mixed: MixedResult) -> Iterator[str]:
    yield "### A mixed hour in miniature: 95 % guests, 4 % members reading, 1 % replies"
    yield ""
    yield from _table(
        ("what", "figure"),
        [
            ("requests/s over", f"{mixed['per_second']:,.0f} over {mixed['seconds']:.0f} s"),
            ("bare view and file of the mean size, requests/s", _both(mixed["view"], mixed["file"])),
            ("× bare view", f"{mixed['to_view']:.2f}"),
            ("p50, p99", f"{mixed['p50']:.1f} ms, {mixed['p99']:.1f} ms"),
            ("answers by status", _statuses(mixed["statuses"], mixed["broken"])),
            ("replies accepted, there afterwards", f"{mixed['accepted']}, {mixed['present']}"),
            ("memory before and after", f"{mixed['memory_before_mb']:.0f} MB, {mixed['memory_after_mb']:.0f} MB"),
        ],
    )


def _both(one: Rate, other: Rate) -> str:
    return f"{one['per_second']:,.0f}, {other['per_second']:,.0f}"


def _overload(found: OverloadResult) -> Iterator[str]:
    yield "### Overload"
    yield ""
    yield from _table(
        ("what", "figure"),
        [
            ("pages nobody asked for before, served per second", f"{found['capacity']:,.0f}"),
            ("offered, sent per second", f"{found['offered']:,.0f}, {found['sent']:,.0f} for {found['seconds']:.0f} s"),
            ("guests' answers by status", _statuses(found["statuses"], found["broken"])),
            ("guests' p50, p99", f"{found['guests_p50']:.0f} ms, {found['guests_p99']:.0f} ms"),
            (
                "member reading, p50, p95, unloaded",
                f"{found['unloaded']['p50']:.1f} ms, {found['unloaded']['p95']:.1f} ms",
            ),
            ("member reading, p50, p95, loaded", f"{found['loaded']['p50']:.1f} ms, {found['loaded']['p95']:.1f} ms"),
            ("member's pages refused", f"{found['member_refused']}"),
            ("replies accepted, there afterwards", f"{found['accepted']}, {found['present']}"),
        ],
    )


def _statuses(statuses: dict[str, int], broken: int) -> str:
    told = [f"{status}: {count:,}" for status, count in statuses.items()]
    return ", ".join([*told, *([f"broken: {broken:,}"] if broken else [])])


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
