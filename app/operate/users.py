"""`stoa user`: members made by whoever runs the machine."""

from __future__ import annotations

import click

from app.features.accounts import actions, queries
from app.features.accounts.models import ADMINISTRATORS, MEMBERS, MODERATORS
from app.kernel.db import own_session, transaction
from app.operate.site import open_site

GROUPS = {"admin": ADMINISTRATORS, "moderator": MODERATORS, "member": MEMBERS}


@click.group()
def user() -> None:
    """Members."""


@user.command()
@click.argument("name")
@click.option("--email", required=True)
@click.option("--password", help="Asked for when not given, which keeps it out of the shell's history.")
@click.option("--role", type=click.Choice(list(GROUPS)), default="member", show_default=True)
def create(name: str, email: str, password: str | None, role: str) -> None:
    """Make a member called NAME."""
    open_site()
    secret = password or click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    with own_session(), transaction():
        made = actions.create_member(name, email, secret, GROUPS[role])
    click.echo(f"{made.name} can sign in now ({role}).")


@user.command()
@click.argument("login", metavar="NAME")
@click.option("--password", help="Asked for when not given, which keeps it out of the shell's history.")
def password(login: str, password: str | None) -> None:
    """Give the member NAME (or with that e-mail address) a new password, and sign them out everywhere."""
    open_site()
    secret = password or click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    with own_session():
        found = queries.find_by_login(login)
        if found is None:
            raise click.ClickException(f"There is no member called {login}.")
        with transaction():
            actions.set_password(found, secret)
        click.echo(f"{found.name} has a new password.")
