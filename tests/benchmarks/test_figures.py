"""The arithmetic of the benchmarks."""

import pytest

from benchmarks import figures


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(number) for number in range(1, 101)]

    assert figures.percentile(values, 0.5) == 50
    assert figures.percentile(values, 0.95) == 95
    assert figures.percentile(values, 1) == 100
    assert figures.percentile([7.0], 0.95) == 7
    assert figures.percentile([], 0.95) == 0


def test_a_round_that_was_slow_for_both_changes_no_ratio():
    rates, yardsticks = [2000.0, 200.0, 2000.0], [1000.0, 100.0, 1000.0]

    assert figures.median_ratio(rates, yardsticks) == 2


def test_nothing_to_compare_with_gives_no_ratio():
    assert figures.ratio(5, 0) == 0
    assert figures.median_ratio([], []) == 0


@pytest.mark.parametrize(("one", "other", "near"), [(100, 90, True), (90, 100, True), (100, 89, False), (0, 0, False)])
def test_near_means_that_neither_is_far_under_the_other(one, other, near):
    assert figures.are_within(one, other, 0.1) is near
