"""The schema moves only through here: one migrator at a time, each run one transaction."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

MIGRATIONS = Path(__file__).parents[2] / "migrations"
ADVISORY_LOCK = 0x5704


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring the schema to `target`. A second migrator waits for the first and then finds nothing to do."""
    _run(engine, command.upgrade, target)


def downgrade(engine: Engine, target: str) -> None:
    """Take the schema back to `target`; "base" empties it."""
    _run(engine, command.downgrade, target)


def current(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@lru_cache(maxsize=1)
def head() -> str | None:
    """The revision this release needs."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def is_current(engine: Engine) -> bool:
    return current(engine) == head()


def _config(connection: Connection | None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _run(engine: Engine, step: object, target: str) -> None:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # A table rebuilt by a batch migration would take its children with it.
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.text("SET LOCAL lock_timeout = '60s'"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        step(_config(connection), target)  # type: ignore[operator]
        connection.commit()
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.exec_driver_sql("BEGIN")
    if step is command.upgrade and target == "head" and not is_current(engine):
        msg = "the migrations ran but the schema is not at their head"
        raise RuntimeError(msg)
