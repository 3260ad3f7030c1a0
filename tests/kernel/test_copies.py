"""Copies in memory: bounded, dropped by tag, never older than what was dropped."""

import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.cache.copies import ENTRY_BYTES, EVERYTHING, TAG_BYTES, Copies

MEGABYTE = 1_000_000


def keep(copies, key, *tags, size=100, seconds=60, since=None):
    since = copies.moment() if since is None else since
    return copies.keep(key, f"copy of {key}", tags=tags, size=size, seconds=seconds, since=since)


def test_a_copy_is_found_until_one_of_its_tags_is_dropped():
    copies = Copies(MEGABYTE)
    keep(copies, "page", "topic:1", "user:5")
    keep(copies, "other", "topic:2")

    copies.drop({"user:5"})

    assert copies.get("page") is None
    assert copies.get("other") == "copy of other"


def test_dropping_everything_leaves_nothing():
    copies = Copies(MEGABYTE)
    keep(copies, "page", "topic:1")

    copies.drop({"topic:9", EVERYTHING})

    assert copies.get("page") is None
    assert copies.size == 0


def test_a_copy_made_from_what_was_read_before_a_drop_is_not_kept():
    copies = Copies(MEGABYTE)
    before = copies.moment()
    copies.drop({"topic:1"})

    assert not keep(copies, "page", "topic:1", since=before)
    assert keep(copies, "elsewhere", "topic:2", since=before)
    assert keep(copies, "page", "topic:1")


def test_a_copy_read_before_everything_was_dropped_is_not_kept():
    copies = Copies(MEGABYTE)
    before = copies.moment()
    copies.drop({EVERYTHING})

    assert not keep(copies, "page", "topic:1", since=before)


def test_a_copy_read_before_more_drops_than_are_remembered_is_not_kept(monkeypatch):
    monkeypatch.setattr("app.kernel.cache.copies.REMEMBERED_DROPS", 10)
    copies = Copies(MEGABYTE)
    before = copies.moment()
    copies.drop({"topic:1"})
    for number in range(2, 30):
        copies.drop({f"topic:{number}"})

    assert not keep(copies, "page", "topic:1", since=before)


def test_a_copy_whose_time_is_over_is_found_only_by_who_takes_late_ones():
    copies = Copies(MEGABYTE)
    keep(copies, "page", "topic:1", seconds=-1)

    assert copies.get("page") is None
    assert copies.get_late("page", 60) == "copy of page"
    assert copies.get_late("page", 0.5) is None


def test_a_dropped_copy_is_not_even_found_late():
    copies = Copies(MEGABYTE)
    keep(copies, "page", "topic:1")
    copies.drop({"topic:1"})

    assert copies.get_late("page", 60) is None


def test_the_copies_used_longest_ago_leave_first():
    copies = Copies(8 * (ENTRY_BYTES + TAG_BYTES + 100))
    for number in range(8):
        keep(copies, number, "t")
    copies.get(0)
    keep(copies, 8, "t")

    assert copies.get(0) is not None
    assert copies.get(1) is None


def test_one_copy_may_not_take_the_place_of_all_others():
    copies = Copies(MEGABYTE)

    assert not keep(copies, "huge", "t", size=MEGABYTE // 2)


@given(st.lists(st.tuples(st.integers(0, 30), st.sets(st.integers(0, 5)), st.integers(0, 3000)), max_size=80))
def test_the_bytes_held_never_exceed_the_limit_and_are_counted_right(steps):
    copies = Copies(20_000)
    for key, numbers, size in steps:
        if size % 7 == 0:
            copies.drop({f"t{number}" for number in numbers})
        else:
            keep(copies, key, *(f"t{number}" for number in numbers), size=size)
        assert copies.size <= 20_000

    held = [copies._kept[key].size for key in copies._kept]
    assert copies.size == sum(held)
    copies.drop({EVERYTHING})
    assert copies.size == 0
    assert not copies._by_tag


def test_threads_may_keep_and_drop_at_the_same_time():
    copies = Copies(50_000)
    until = time.monotonic() + 0.5
    finished = []

    def work(number):
        while time.monotonic() < until:
            keep(copies, number, f"t{number % 3}", "all")
            copies.get((number + 1) % 8)
            copies.drop({f"t{(number + 1) % 3}"})
        finished.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(finished) == 8
    copies.drop({"all"})
    assert copies.size == 0
