"""`stoa search`: the index of the search."""

from __future__ import annotations

import time

import click

from app.features.search import actions, jobs
from app.features.search.queries import indexing
from app.kernel.db import own_session, transaction
from app.operate.site import open_site

SECONDS_BETWEEN_LINES = 2.0


@click.group()
def search() -> None:
    """The index of the search."""


@search.command()
def rebuild() -> None:
    """Index every post again, while the site runs: what was indexed before is found until its turn comes.

    Stopped in the middle, the background goes on where this ended.
    """
    open_site()
    with own_session():
        with transaction():
            actions.begin_anew(indexing.language())
        _index_the_rest()


@search.command("catch-up")
def catch_up() -> None:
    """Index what is not yet: after an import this is sooner done than in the background."""
    open_site()
    with own_session():
        _index_the_rest()


def _index_the_rest() -> None:
    total = indexing.last_post_id()
    begin = shown = time.monotonic()
    first = jobs.begun().indexed_up_to
    while jobs.index_next():
        if time.monotonic() - shown > SECONDS_BETWEEN_LINES:
            shown, done = time.monotonic(), jobs.begun().indexed_up_to
            rate = max(done - first, 1) / (shown - begin)
            click.echo(f"{done:,} of {total:,} posts, {rate:,.0f} a second, {max(total - done, 0) / rate:.0f} s to go")
    jobs.fill_gaps_in_search()
    jobs.follow_changed_topics()
    click.echo(f"Every post is in the index ({jobs.begun().indexed_up_to - first:,} looked at).")
