"""`stoa check`."""

from __future__ import annotations

import click
import sqlalchemy as sa

from app.kernel.db import own_session, session, transaction
from app.operate.check.recount import CHANGED, differences, mend
from app.operate.site import open_site

SHOWN = 200


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be counted again.")
def check(*, repair: bool) -> None:
    """Count everything again and compare. Exits 1 when something differs and stays so."""
    open_site()
    with own_session():
        _use_one_snapshot()
        found = differences(session)
    _show(found)
    if not found:
        click.echo("Everything agrees.")
        return
    if not repair:
        click.echo(f"{len(found)} differences. To mend them: stoa check --repair")
        raise SystemExit(1)

    with own_session(), transaction():
        _keep_others_out()
        for line in mend(session):
            click.echo(f"mended {line}")
        left = differences(session)
    if left:
        click.echo("This cannot be mended by counting again and needs a person:")
        _show(left)
        raise SystemExit(1)
    click.echo("Everything agrees now.")


def _show(found: list[str]) -> None:
    for line in found[:SHOWN]:
        click.echo(line)
    if len(found) > SHOWN:
        click.echo(f"… and {len(found) - SHOWN} more")


def _use_one_snapshot() -> None:
    """Let every statement see the same moment, so that a busy forum shows no false differences."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _keep_others_out() -> None:
    """Let others read but not write until this transaction ends; SQLite's write lock does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text(f"LOCK TABLE {', '.join(CHANGED)} IN SHARE ROW EXCLUSIVE MODE"))
