"""`stoa demo`."""

from __future__ import annotations

import click
import sqlalchemy as sa

from app.config import Config
from app.features.accounts.models import User
from app.features.site.models import Setting
from app.features.topics.models import Topic
from app.kernel import db, migrate
from app.kernel.db import own_session, session
from app.operate.demo import script
from app.operate.demo.seed import MARK, seed
from app.operate.serve import LONE, run_server, warn_of_public_address
from app.operate.site import prepare


@click.command()
@click.option("--serve/--no-serve", default=True, help="Whether to serve it afterwards.")
def demo(*, serve: bool) -> None:
    """Fill an empty forum with a town's talk, on the first start only, and serve it."""
    config = prepare()
    if not migrate.is_current(db.engine()):
        migrate.upgrade(db.engine())
    with own_session():
        is_empty = session.scalar(sa.select(~sa.exists(sa.select(User.id)) & ~sa.exists(sa.select(Topic.id))))
    if is_empty:
        click.echo("Writing the demo's talk ...")
        seed()
    with own_session():
        is_demo = session.get(Setting, MARK) is not None

    _warn(config, is_demo=is_demo)
    if not serve:
        click.echo(f"Ready in {config.data_dir}")
        return
    # There is no `stoa worker` beside a demo, whatever its database is.
    run_server(config, LONE, ready=lambda: _greet(config, is_demo=is_demo))


def _warn(config: Config, *, is_demo: bool) -> None:
    if is_demo and not config.is_local:
        click.secho(
            f"WARNING: {config.bind} is open to the network, and the passwords of the demo's accounts are known to "
            "everyone. Do not let strangers reach this.",
            fg="red",
            bold=True,
            err=True,
        )
    warn_of_public_address(config)


def _greet(config: Config, *, is_demo: bool) -> None:
    click.echo(f"\nStoa is at {config.address}\n")
    if is_demo:
        click.echo("Demo accounts (for looking around only):\n")
        for person in script.read_people():
            if "password" in person:
                click.echo(f"    {person['role']:<11}{person['name']:<8}{person['password']}")
        click.echo("")
    click.echo("Stop with Ctrl-C.")
