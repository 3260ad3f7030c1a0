"""Slow work as rows, written in the same transaction as their cause: both happen or neither does.

A job is leased before it runs, so a killed worker loses nothing: the lease ends and another takes it. Jobs
must be safe to run twice. A job that fails five times is kept aside, with its error, for a person to see.
"""

from __future__ import annotations

import contextvars
import logging
import secrets
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.clock import now
from app.kernel.db import Id, Model, Moment, UtcDateTime, own_session, session, transaction

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
ATTEMPTS = 5


class Job(Model):
    __tablename__ = "jobs"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(60))
    arguments: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    # Set for repeating jobs: there is one row of each.
    repeats: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    run_at: Mapped[Moment] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    lease: Mapped[str | None] = mapped_column(sa.String(22))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    dead_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Repeating:
    name: str
    every: timedelta


Work = Callable[..., None]
_work: dict[str, Work] = {}
_repeating: list[Repeating] = []


def connect(work: Mapping[str, Work], repeating: list[Repeating]) -> None:
    """Replace the table of jobs and the schedule."""
    _work.clear()
    _work.update(work)
    _repeating[:] = repeating


def enqueue(name: str, **arguments: object) -> None:
    """Queue a job inside the running transaction; `arguments` are ids and plain values."""
    if name not in _work:
        raise KeyError(name)
    session.add(Job(name=name, arguments=arguments, run_at=now()))


def schedule() -> None:
    """Make sure every repeating job of the table has its row, and no other has one."""
    with own_session(), transaction():
        wanted: set[str | None] = {r.name for r in _repeating}
        rows = {job.repeats: job for job in session.scalars(sa.select(Job).where(Job.repeats.is_not(None)))}
        for name in wanted - rows.keys():
            session.add(Job(name=name, repeats=name, run_at=now()))
        for name in rows.keys() - wanted:
            session.delete(rows[name])


def run_next() -> bool:
    """Take one due job and run it, in a context of its own; False when none is due."""
    return contextvars.Context().run(_run_next)


def _run_next() -> bool:
    with own_session():
        with transaction():
            job = _take()
        if job is None:
            return False
        try:
            _work[job.name](**job.arguments)
        except Exception:
            error = traceback.format_exc()
            log.exception("job %s (%s) failed", job.id, job.name)
            with transaction():
                _put_back(job, error)
        else:
            with transaction():
                _finish(job)
        return True


def _take() -> Job | None:
    due = (
        sa.select(Job)
        .where(Job.dead_at.is_(None), Job.run_at <= now(), sa.or_(Job.lease.is_(None), Job.leased_until < now()))
        .order_by(Job.run_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.scalar(due)
    if job is not None and job.attempts >= ATTEMPTS and job.repeats is None:
        job.dead_at, job.error = now(), job.error or "The worker died each time this job ran."
        session.flush()
        return _take()
    if job is not None:
        job.lease, job.leased_until, job.attempts = secrets.token_urlsafe(16), now() + LEASE, job.attempts + 1
    return job


def _still_ours(job: Job) -> Job | None:
    return session.scalar(sa.select(Job).where(Job.id == job.id, Job.lease == job.lease).with_for_update())


def _finish(job: Job) -> None:
    ours = _still_ours(job)
    if ours is None:
        return
    every = next((r.every for r in _repeating if r.name == ours.repeats), None)
    if every is None:
        session.delete(ours)
    else:
        ours.run_at, ours.lease, ours.leased_until, ours.attempts, ours.error = now() + every, None, None, 0, ""


def _put_back(job: Job, error: str) -> None:
    ours = _still_ours(job)
    if ours is None:
        return
    ours.lease, ours.leased_until, ours.error = None, None, error[-4000:]
    if ours.attempts >= ATTEMPTS and ours.repeats is None:
        ours.dead_at = now()
    else:
        ours.run_at = now() + timedelta(seconds=5 * 4 ** min(ours.attempts, 5))
