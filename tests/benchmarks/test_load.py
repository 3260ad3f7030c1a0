"""What wrk is told, and what is read from its words."""

import pytest

from benchmarks.load import LoadError, Request, as_lua, parse

WORDS = """Running 10m test @ http://127.0.0.1:8000
  1 threads and 4 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
  1000 requests in 2.00s, 9.50MB read
  Non-2xx or 3xx responses: 100
STOA {"microseconds": 2000000, "requests": 1000, "bytes": 9500000, "p50": 1500, "p95": 4000, "p99": 9000, \
"refused": 100, "broken": 1, "late": 2, "statuses": {"503": 100, "200": 900}}
"""


def test_figures_are_read_from_among_other_words():
    load = parse(WORDS)

    assert (load.seconds, load.requests, load.bytes) == (2, 1000, 9_500_000)
    assert (load.p50, load.p95, load.p99) == (1.5, 4, 9)
    assert load.broken == 3
    assert list(load.statuses.items()) == [(200, 900), (503, 100)]


def test_only_answers_as_wished_count_as_served():
    assert parse(WORDS).per_second == 450


def test_words_without_figures_are_an_error_that_repeats_them():
    with pytest.raises(LoadError, match="unable to connect"):
        parse("unable to connect to 127.0.0.1:1 Connection refused\n")


def test_a_plan_holds_what_is_to_be_sent_whatever_it_is():
    plan = as_lua(
        [Request('/a"b\\é/', headers={"Cookie": "sid=x"}), Request("/r", "POST", body="n={count}", weight=2)],
        rate=20,
        in_turn=True,
        with_statuses=False,
    )

    assert r'path = "/a\034b\092\195\169/"' in plan
    assert '["Cookie"] = "sid=x"' in plan
    assert "rate = 20.000000" in plan
    assert "in_turn = true, statuses = false" in plan
    assert 'body = "n={count}", counts = true' in plan
    assert "body = nil, counts = false" in plan
