"""Transactions: whole or not at all, one writer at a time, nothing outside them."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from app.features.accounts.models import Group
from app.features.site.models import Setting
from app.kernel import db as database
from app.kernel import migrate
from app.kernel.db import after_commit, lock, own_session, session, transaction
from tests import databases, make


def count(db) -> int:
    return db.scalar(sa.select(sa.func.count()).select_from(Setting))


def test_a_transaction_is_kept_whole(db):
    with transaction():
        session.add(Setting(name="a", value=1))

    assert count(db) == 1


def test_a_transaction_that_fails_leaves_nothing(db):
    with contextlib.suppress(ZeroDivisionError), transaction():
        session.add(Setting(name="a", value=1))
        session.flush()
        raise ZeroDivisionError

    assert count(db) == 0


def test_transactions_do_not_nest(db):
    with transaction(), pytest.raises(RuntimeError, match="nest"), transaction():
        pass


def test_a_write_outside_a_transaction_is_found_out(db):
    session.add(Setting(name="a", value=1))

    with pytest.raises(RuntimeError, match="outside"), transaction():
        pass
    session.rollback()


def test_steps_after_the_commit_run_only_when_there_was_one(db):
    ran: list[str] = []
    with transaction():
        after_commit(lambda: ran.append("kept"))
    with contextlib.suppress(ZeroDivisionError), transaction():
        after_commit(lambda: ran.append("lost"))
        raise ZeroDivisionError

    assert ran == ["kept"]
    with pytest.raises(RuntimeError):
        after_commit(lambda: None)


def test_what_was_loaded_before_stays_usable(db):
    group = db.get(Group, 1)
    with transaction():
        session.add(Setting(name="a", value=1))

    assert group.name == "Guests"


def test_a_locked_row_is_the_newest(db):
    group = db.get(Group, 2)
    with transaction():
        session.execute(
            sa.update(Group).where(Group.id == 2).values(title="Regular").execution_options(synchronize_session=False)
        )
        assert lock(Group, 2).title == "Regular"
    assert group.title == "Regular"


def test_moments_are_aware_and_in_utc(db):
    user = make.user()
    at = dt.datetime(2026, 11, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    with transaction():
        user.last_seen_at = at
    db.refresh(user)

    assert user.last_seen_at == at
    assert user.last_seen_at.tzinfo == dt.UTC
    with pytest.raises(sa.exc.StatementError), transaction():
        user.last_seen_at = dt.datetime(2026, 11, 1, 12)  # noqa: DTZ001  (naive on purpose)


def test_eight_writers_on_a_file_meet_no_lock(tmp_path, app):
    """Read, then write, at the same time: the pattern that makes plain SQLite say "database is locked"."""
    before = database.engine()
    engine = database.open_database(f"sqlite:///{tmp_path / 'busy.db'}")
    try:
        migrate.upgrade(engine)
        with own_session(), transaction():
            session.add(Setting(name="n", value=0))
        errors: list[Exception] = []

        def write() -> None:
            for _ in range(25):
                try:
                    with own_session():
                        session.scalar(sa.select(Setting.value).where(Setting.name == "n"))
                        with transaction():
                            row = session.get(Setting, "n")
                            row.value = row.value + 1
                except Exception as error:  # noqa: BLE001  (every one is a failure of the test)
                    errors.append(error)

        threads = [threading.Thread(target=write) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert errors == []
        with own_session():
            assert session.get(Setting, "n").value == 200
    finally:
        engine.dispose()
        database._database.engine = before


def test_a_row_that_another_holds_is_not_waited_for_forever(engine, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 1)
    hold = sa.text("UPDATE site_version SET version = version")
    impatient = database.make_engine(engine.url.render_as_string(hide_password=False))

    with engine.connect() as first, impatient.connect() as second:
        first.execute(hold)
        with pytest.raises(sa.exc.OperationalError) as refused:
            second.execute(hold)
        first.rollback()
    impatient.dispose()

    assert database.is_busy(refused.value)


def test_sqlite_looks_again_at_tables_that_have_grown(tmp_path):
    with databases.empty("sqlite", tmp_path) as url, databases.opened(url) as engine:
        migrate.upgrade(engine)
        database.refresh_statistics()
        rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i, 'x', i FROM n"
        with engine.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO settings (name, value) SELECT i, 1 FROM ({rows})")
        before = known_size(engine)
        database.refresh_statistics()

        assert before == 0
        assert 2000 < known_size(engine) < 5000  # an estimate, from some hundred rows


def known_size(engine):
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT stat FROM sqlite_stat1 WHERE tbl = 'settings'").scalar()
    return int(str(found or "0").split()[0])
