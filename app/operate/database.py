"""`stoa db`: the schema up, down, and where it is."""

from __future__ import annotations

import click

from app.kernel import db as database
from app.kernel import migrate
from app.operate.site import prepare


@click.group()
def db() -> None:
    """Move the tables to this release's form."""


@db.command()
def upgrade() -> None:
    """Bring the tables up to date. Safe to repeat, and to run twice at once."""
    prepare()
    before = migrate.current(database.engine())
    migrate.upgrade(database.engine())
    after = migrate.current(database.engine())
    click.echo(f"The tables are up to date ({after})." if before == after else f"Upgraded to {after}.")


@db.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask.")
def downgrade(revision: str, *, yes: bool) -> None:
    """Take the tables back to REVISION; "base" removes them all."""
    prepare()
    if not yes:
        click.confirm(f"Going back to {revision} can lose data. Go on?", abort=True)
    migrate.downgrade(database.engine(), revision)
    click.echo(f"Downgraded to {migrate.current(database.engine()) or 'an empty database'}.")


@db.command()
def current() -> None:
    """Show which revision the tables are at. Exits 1 when it is not this release's."""
    prepare()
    revision, head = migrate.current(database.engine()), migrate.head()
    click.echo(f"{revision or 'empty'}" if revision == head else f"{revision or 'empty'}, this release needs {head}")
    if revision != head:
        raise SystemExit(1)
