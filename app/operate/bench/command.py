"""`stoa bench`."""

from __future__ import annotations

import time

import click
import sqlalchemy as sa

from app.kernel.db import own_session, session
from app.operate.bench.rows import KNOWN
from app.operate.bench.seed import PASSWORD, seed
from app.operate.bench.size import Size
from app.operate.site import open_site
from app.tables import METADATA


@click.group()
def bench() -> None:
    """A forum of any size to measure on."""


@bench.command("seed")
@click.option("--members", type=int, default=200, show_default=True)
@click.option("--topics", type=int, default=1_000, show_default=True)
@click.option("--posts", type=int, default=10_000, show_default=True)
@click.option("--longest", type=int, default=500, show_default=True, help="Posts in the longest topic.")
@click.option("--boards", type=int, default=6, show_default=True, help="The first holds nearly all topics.")
@click.option("--seed", "number", type=int, default=1, show_default=True, help="Another number, another forum.")
def seed_command(*, members: int, topics: int, posts: int, longest: int, boards: int, number: int) -> None:
    """Fill a forum fresh from `stoa init` with invented members, topics and posts.

    Three of the members can be signed in as with a password everyone knows: never let strangers reach such a forum.
    """
    size = Size(members=members, topics=topics, posts=posts, longest=longest, boards=boards, seed=number)
    config = open_site()
    began = time.monotonic()
    seed(size)
    seconds = time.monotonic() - began

    with own_session():
        written = sum(session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in METADATA.sorted_tables)
    click.echo(f"Sign in as {', '.join(name for name, _ in KNOWN.values())}, password: {PASSWORD}")
    click.echo(
        f"{posts:,} posts, {written:,} rows in {seconds:.1f} s: {written / seconds:,.0f} rows/s. {config.data_dir}"
    )
