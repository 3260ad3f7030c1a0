"""`stoa init`: an empty forum, ready for its first administrator."""

from __future__ import annotations

import click

from app.kernel import db, migrate
from app.operate.site import prepare


@click.command()
def init() -> None:
    """Make an empty forum: the data folder, the secret, the database."""
    config = prepare()
    if migrate.current(db.engine()) is not None:
        raise click.ClickException("There is a forum in this database already. To update it: stoa db upgrade")
    migrate.upgrade(db.engine())
    click.echo(f"The forum is made. Data: {config.data_dir}")
    click.echo("Next, make yourself its administrator; you are asked for a password:\n")
    click.echo("    stoa user create NAME --email YOU@EXAMPLE.ORG --role admin\n")
    click.echo("Then start it with `stoa serve`, sign in, and make the first boards under Administration.")
