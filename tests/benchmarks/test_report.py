"""The page of figures says what the results say."""

import copy
import json

import pytest

from benchmarks import report
from benchmarks.targets import outcomes

COST = {"status": 200, "statements": 6, "sql_ms": 0.5, "all_ms": 4.0}


def rate(per_second):
    return {"per_second": per_second, "p50": 1.0, "p99": 2.0, "refused": 0, "broken": 0}


def page(key, mode, per_second, to_view, *, growth=1.0, title="a page"):
    return {
        "key": key,
        "title": title,
        "mode": mode,
        "missing": "",
        "bytes": {"raw": 60_000, "gzip": 9_000, "sent": 9_000},
        "large": rate(per_second),
        "small": rate(per_second / growth),
        "view": rate(per_second / to_view),
        "file": rate(20_000.0),
        "to_view": to_view,
        "to_file": 0.5,
        "growth": growth,
        "cost": COST,
        "cost_small": COST | {"all_ms": 3.9},
    }


def missing(key, mode, reason):
    nothing = dict.fromkeys(("bytes", "large", "small", "view", "file", "cost", "cost_small"))
    figures = {"to_view": 0, "to_file": 0, "growth": 0}
    return {"key": key, "title": "a page", "mode": mode, "missing": reason, **nothing, **figures}


def waits(p95):
    return {"count": 60, "p50": 5.0, "p95": p95, "worst": 40.0}


RUN = {
    "at": "2026-11-23T12:00:00+00:00",
    "database": "sqlite",
    "command": "make bench",
    "machine": {
        "processor": "A processor",
        "cores": 2,
        "memory_gb": 8.0,
        "system": "Debian",
        "python": "3.11.2",
        "threads": 8,
        "server_core": 0,
        "load_core": 1,
        "busy": 0.1,
    },
    "pace": {"window_seconds": 1.0, "rounds": 2, "connections": 4},
    "large": {"posts": 1_000_000, "topics": 100_000, "longest_posts": 50_000, "board_topics": 60_000},
    "small": {"posts": 1_000, "topics": 100, "longest_posts": 500, "board_topics": 60},
    "pages": [
        page("thread-first", "cached", 12_000.0, 1.2),
        page("not-modified", "cached", 16_000.0, 1.6),
        page("thread-first", "fresh", 200.0, 0.02),
        page("thread-last", "fresh", 195.0, 0.02, growth=0.85, title="the last page"),
        page("thread-first", "member", 150.0, 0.16),
        missing("search-common", "member", "no search page yet"),
    ],
    "acts": [
        {
            "key": "reply",
            "title": "reply",
            "refused": 0,
            "large": waits(20.0),
            "small": waits(19.0),
            "view": waits(0.4),
            "afterwards_seconds": 2.0,
            "cost": COST,
        }
    ],
    "mixed": {
        "seconds": 20.0,
        "per_second": 3000.0,
        "p50": 1.0,
        "p99": 20.0,
        "statuses": {"200": 59_400, "303": 600},
        "broken": 0,
        "view": rate(9000.0),
        "file": rate(18_000.0),
        "to_view": 0.33,
        "accepted": 600,
        "present": 600,
        "memory_before_mb": 100.0,
        "memory_after_mb": 140.0,
    },
    "overload": {
        "capacity": 200.0,
        "offered": 400.0,
        "sent": 400.0,
        "seconds": 10.0,
        "statuses": {"200": 2000, "503": 2000},
        "broken": 0,
        "guests_p50": 5.0,
        "guests_p99": 1000.0,
        "unloaded": waits(10.0),
        "loaded": waits(18.0),
        "member_refused": 0,
        "accepted": 10,
        "present": 10,
    },
    "start_seconds": [1.5, 1.4, 1.6],
}


@pytest.fixture
def run():
    return copy.deepcopy(RUN)


def met(run):
    return {outcome.wanted.partition(":")[0]: outcome.is_met for outcome in outcomes(run)}


def test_every_target_is_told_met_or_not(run):
    assert met(run) == {
        "guest's thread from the cache": True,
        "the same, if all goes well": False,
        "guest's thread of 25 posts made for the request": False,
        "member's thread of 25 posts": True,
        "304 answer": True,
        "topic of 50,000 posts": True,
        "board of 60,000 topics": None,
        "1,000 to 1,000,000 posts": False,
        "reply on a topic of 50,000 posts": True,
        "twice the guests that can be served": False,
        "every accepted reply is there afterwards": True,
        "thread of 25 posts": True,
        "memory of the web process after the mixed load": True,
        "start to the first page": True,
    }


def test_what_was_not_measured_is_neither_met_nor_missed(run):
    run |= {"pages": [], "acts": [], "mixed": None, "overload": None, "start_seconds": []}

    assert set(met(run).values()) == {None}


def test_a_lost_reply_is_not_hidden_by_one_too_many(run):
    run["mixed"]["present"] += 1
    run["overload"]["present"] -= 1

    assert met(run)["every accepted reply is there afterwards"] is False


def test_a_member_who_was_turned_away_was_not_served_in_time(run):
    run["overload"]["loaded"]["p95"] = 10.0
    assert met(run)["twice the guests that can be served"] is True

    run["overload"]["member_refused"] = 1
    assert met(run)["twice the guests that can be served"] is False


def test_the_page_has_a_row_for_every_scenario(run):
    text = report.page([run])

    assert "| a page | 12,000 | 1.0 | 2.0 | 1.20 | 0.50 | 1.00 | 6 | 0.5 (0.5) | 4.0 (3.9) | 60.0 | 9.0 |" in text
    assert "| reply | 60 | 5.0 | 20.0 | 40.0 | 19.0 | 0.4 | 2.0 | 6 | 0.5 |" in text
    assert "| guests' answers by status | 200: 2,000, 503: 2,000 |" in text
    assert "0.85 (the last page, fresh)" in text


def test_what_is_missing_shows(run):
    assert "| a page | no search page yet |" in report.page([run])


def test_answers_that_were_refused_show(run):
    run["pages"][0]["large"] |= {"refused": 5, "broken": 2}

    assert "12,000 (5 refused, 2 broken)" in report.page([run])


def test_tables_have_as_many_cells_as_titles(run):
    widths: list[set[int]] = [set()]
    for line in report.page([run]).splitlines():
        if line.startswith("|"):
            widths[-1].add(line.count("|"))
        elif widths[-1]:
            widths.append(set())

    assert all(len(width) < 2 for width in widths)


def test_a_busy_machine_is_told(run):
    assert "busy" not in report.page([run]).partition("## SQLite")[2]

    run["machine"]["busy"] = 3.2

    assert "load 3.2" in report.page([run])


def test_a_run_is_kept_by_day_and_database_and_the_newest_is_shown(run, tmp_path):
    older = run | {"at": "2026-11-22T12:00:00+00:00"}
    other = run | {"database": "postgresql"}
    for each in (run, older, other):
        report.write(each, tmp_path)

    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "2026-11-22-sqlite.json",
        "2026-11-23-postgresql.json",
        "2026-11-23-sqlite.json",
    ]
    assert [(each["database"], each["at"][:10]) for each in report.newest(tmp_path)] == [
        ("sqlite", "2026-11-23"),
        ("postgresql", "2026-11-23"),
    ]


def test_what_is_kept_has_no_digits_that_mean_nothing(run, tmp_path):
    run["mixed"]["per_second"] = 1234.56789

    file = report.write(run, tmp_path)

    assert json.loads(file.read_text())["mixed"]["per_second"] == 1234.568


def test_the_page_in_docs_is_made_from_the_kept_results():
    assert report.PAGE.read_text("utf-8") == report.page(report.newest(report.RESULTS)), "python -m benchmarks report"
