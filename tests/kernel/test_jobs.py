"""Jobs commit with their cause, survive a killed worker, and do not poison the queue."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app.kernel import jobs
from app.kernel.db import transaction
from app.kernel.jobs import Job, Repeating, enqueue, run_next

ran: list[int] = []


def note(number: int) -> None:
    ran.append(number)


def fail() -> None:
    raise RuntimeError("broken on purpose")


@pytest.fixture(autouse=True)
def table(db):
    ran.clear()
    jobs.connect({"note": note, "fail": fail, "tick": lambda: ran.append(0)}, [])


def waiting(db) -> list[Job]:
    db.expire_all()
    return list(db.scalars(sa.select(Job).order_by(Job.id)))


def test_a_job_runs_once(db):
    with transaction():
        enqueue("note", number=7)

    assert run_next()
    assert not run_next()
    assert (ran, waiting(db)) == ([7], [])


def test_a_job_of_a_lost_transaction_never_runs(db):
    with contextlib.suppress(ZeroDivisionError), transaction():
        enqueue("note", number=7)
        raise ZeroDivisionError

    assert not run_next()


def test_an_unknown_job_is_refused_when_it_is_queued(db):
    with pytest.raises(KeyError), transaction():
        enqueue("nonsense")


def test_a_job_whose_worker_died_runs_again_after_its_lease(db):
    with transaction():
        enqueue("note", number=1)
    with transaction():
        jobs._take()

    assert not run_next()
    with time_machine.travel(dt.datetime.now(dt.UTC) + jobs.LEASE + dt.timedelta(seconds=1)):
        assert run_next()
    assert ran == [1]


def test_a_poisoned_job_is_set_aside_with_its_error_and_others_run(db):
    with transaction():
        enqueue("fail")
        enqueue("note", number=2)
    at = dt.datetime.now(dt.UTC)
    for attempt in range(12):
        with time_machine.travel(at + dt.timedelta(hours=attempt)):
            while run_next():
                pass

    (dead,) = waiting(db)
    assert ran == [2]
    assert dead.dead_at is not None
    assert dead.attempts == jobs.ATTEMPTS
    assert "broken on purpose" in dead.error


def test_a_job_that_kills_every_worker_is_set_aside_too(db):
    with transaction():
        enqueue("note", number=3)
    at = dt.datetime.now(dt.UTC)
    for hour in range(jobs.ATTEMPTS):
        with time_machine.travel(at + dt.timedelta(hours=hour)), transaction():
            jobs._take()

    with time_machine.travel(at + dt.timedelta(days=1)):
        assert not run_next()
    (dead,) = waiting(db)
    assert dead.dead_at is not None
    assert ran == []


def test_a_repeating_job_comes_back_after_its_time(db):
    jobs.connect({"tick": lambda: ran.append(0)}, [Repeating("tick", dt.timedelta(hours=1))])
    jobs.schedule()
    jobs.schedule()

    assert run_next()
    assert not run_next()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61)):
        assert run_next()
    assert len(waiting(db)) == 1


def test_a_repeating_job_that_left_the_table_is_forgotten(db):
    jobs.connect({"tick": lambda: None}, [Repeating("tick", dt.timedelta(hours=1))])
    jobs.schedule()
    jobs.connect({}, [])
    jobs.schedule()

    assert waiting(db) == []
