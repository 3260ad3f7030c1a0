"""The tables move up and down with people's data in them, on both databases."""

import re
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.kernel import migrate
from app.kernel.db import make_engine, own_session, session
from app.operate.check import differences
from app.operate.demo.seed import seed
from app.tables import METADATA, is_described
from tests import databases

VERSIONS = Path(migrate.MIGRATIONS) / "versions"
# News for other processes, and the index of the search: both are made again from the rest.
MADE_AGAIN = {"changes", "search_days", "search_entries", "search_progress", "search_topics"}


@pytest.fixture(params=databases.KINDS)
def url(request, tmp_path):
    with databases.empty(request.param, tmp_path) as made:
        yield made


def everything(engine):
    """All rows of all tables that are nobody else's copies, in an order that does not depend on how they are stored."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table)).all()))
            for table in METADATA.sorted_tables
            if table.name not in MADE_AGAIN
        }


def schema(engine):
    """What the database says of its tables."""
    look = sa.inspect(engine)
    return {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(name)),
            sorted(str(i["name"]) for i in look.get_indexes(name)),
        )
        for name in look.get_table_names()
    }


def revisions():
    return [script.revision for script in ScriptDirectory(str(migrate.MIGRATIONS)).walk_revisions()][::-1]


def test_there_is_one_line_of_migrations_with_dated_names():
    assert len(ScriptDirectory(str(migrate.MIGRATIONS)).get_heads()) == 1
    assert all(re.match(r"\d{4}_\d\d_\d\d_[a-z_0-9]+$", path.stem) for path in VERSIONS.glob("*.py"))


def test_migrations_import_nothing_of_the_application():
    assert not [
        path.name
        for path in VERSIONS.glob("*.py")
        if re.search(r"^(from|import) app\b", path.read_text(), re.MULTILINE)
    ]


def test_the_tables_are_those_of_the_models(url):
    engine = make_engine(url)
    migrate.upgrade(engine)

    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_described}
        changes = compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)
    engine.dispose()

    assert changes == []


def test_a_forum_with_talk_in_it_goes_down_and_up_and_is_what_it_was(url):
    with databases.opened(url) as engine:
        migrate.upgrade(engine)
        seed()
        before, tables = everything(engine), schema(engine)

        for revision in reversed(revisions()[:-1]):
            migrate.downgrade(engine, revision)
            migrate.upgrade(engine)
            assert everything(engine) == before
            assert schema(engine) == tables
        with own_session():
            assert differences(session) == []

        migrate.downgrade(engine, "base")
        assert sa.inspect(engine).get_table_names() in ([], ["alembic_version"])
        migrate.upgrade(engine)
        assert schema(engine) == tables


@pytest.mark.parametrize("revision", revisions())
def test_a_migration_that_fails_half_way_leaves_no_trace(url, revision, monkeypatch):
    engine = make_engine(url)
    steps = revisions()
    at = steps.index(revision)
    if at:
        migrate.upgrade(engine, steps[at - 1])
    before, version = schema(engine), migrate.current(engine)

    monkeypatch.setattr(migrate.command, "upgrade", _failing_after(migrate.command.upgrade))
    with pytest.raises(ZeroDivisionError):
        migrate.upgrade(engine, revision)

    assert migrate.current(engine) == version
    assert {name: what for name, what in schema(engine).items() if name != "alembic_version"} == {
        name: what for name, what in before.items() if name != "alembic_version"
    }
    engine.dispose()


def _failing_after(upgrade):
    def upgrade_and_fail(*arguments):
        upgrade(*arguments)
        raise ZeroDivisionError

    return upgrade_and_fail


def test_four_who_upgrade_at_once_do_it_once(url):
    errors = []

    def upgrade():
        engine = make_engine(url)
        try:
            migrate.upgrade(engine)
        except Exception as error:  # noqa: BLE001  (the test shows whatever it was)
            errors.append(repr(error))
        finally:
            engine.dispose()

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    engine = make_engine(url)
    assert errors == []
    assert migrate.is_current(engine)
    engine.dispose()
