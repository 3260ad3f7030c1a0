"""Limits hold in one process, across processes with Redis, and when Redis is away."""

from __future__ import annotations

import pytest

from app.kernel.errors import TooMany
from app.kernel.throttle import check_limit, open_throttle
from tests import servers


def used_up(key: str, limit: str = "3 per minute") -> int:
    """How many uses pass before the limit refuses."""
    for count in range(20):
        try:
            check_limit("test", key, limit)
        except TooMany:
            return count
    return 20


def test_a_limit_is_per_key():
    open_throttle(None)

    assert used_up("ann") == 3
    assert used_up("ben") == 3


def test_the_refusal_says_when_to_come_back():
    open_throttle(None)
    used_up("ann")

    with pytest.raises(TooMany) as refused:
        check_limit("test", "ann", "3 per minute")
    assert refused.value.retry_after == 60


def test_processes_share_their_counts_in_redis():
    if servers.find_redis() is None:
        pytest.skip("Redis is not installed")
    with servers.private_redis() as url:
        open_throttle(url)
        assert used_up("shared") == 3
        open_throttle(url)
        assert used_up("shared") == 0
    open_throttle(None)


def test_limits_hold_while_redis_is_away():
    open_throttle("redis://127.0.0.1:1/0")

    assert used_up("ann") == 3
    open_throttle(None)
