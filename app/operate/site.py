"""The site the environment describes, opened for a command."""

from __future__ import annotations

import os

import click

from app.config import Config, ConfigError, from_environment
from app.connecting import connect_tables
from app.kernel import db, migrate
from app.kernel.secret import secret_key


def prepare() -> Config:
    """Make the data folder and the secret if there are none, and open the database, which may still be empty.

    Raises ConfigError for a folder that cannot be written in.
    """
    config = from_environment()
    config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.access(config.data_dir, os.W_OK | os.X_OK):
        raise ConfigError(f"{config.data_dir} cannot be written in. Choose another folder with STOA_DATA_DIR.")
    try:
        secret_key.open(config.secret_file)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    db.open_database(config.database_url)
    connect_tables()
    return config


def open_site() -> Config:
    """Open a forum that exists and has this release's schema; otherwise say which command makes it so."""
    config = from_environment()
    if config.is_embedded and not config.database_file.exists():
        raise click.ClickException(f"There is no forum in {config.data_dir} yet. Make one with: stoa init")
    config = prepare()
    revision = migrate.current(db.engine())
    if revision is None:
        raise click.ClickException("The database is empty. Make a forum with: stoa init")
    if revision != migrate.head():
        raise click.ClickException(
            "The database has the tables of another release. Bring it up to date: stoa db upgrade"
        )
    return config
