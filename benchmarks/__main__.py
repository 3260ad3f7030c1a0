"""`make bench`: measure, write the results down, and make docs/performance.md from them.

`python -m benchmarks report` only makes the page anew.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from benchmarks import machine, options, report
from benchmarks.measuring import measure
from benchmarks.results import Run
from benchmarks.sites import only_one_at_a_time
from benchmarks.targets import outcomes
from tests import packages


def main(arguments: Sequence[str]) -> None:
    if list(arguments) == ["report"]:
        report.PAGE.write_text(report.page(report.newest(report.RESULTS)), "utf-8")
        return
    wishes = options.read(arguments)
    missing = packages.provide(packages.needs_of_benchmarks(wishes.databases))
    if missing:
        sys.exit("\n".join(packages.report(missing)))
    machine.stop_on_signals()
    with only_one_at_a_time(wishes.cache):
        here = machine.describe()
        os.sched_setaffinity(0, {here["load_core"]})  # what we do ourselves is load too
        for database in wishes.databases:
            run = measure(database, wishes, here)
            file = report.write(run, wishes.results)
            tell(run)
            print(f"Written: {file}")
    wishes.page.write_text(report.page(report.newest(wishes.results)), "utf-8")
    print(f"Written: {wishes.page}")


def tell(run: Run) -> None:
    for each in outcomes(run):
        met = {True: "met", False: "NOT MET", None: "-"}[each.is_met]
        print(f"{met:8} {each.wanted}: {each.got}")


if __name__ == "__main__":
    main(sys.argv[1:])
