"""Every difference between what is stored and what it is counted from, and how to mend it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.operate.check.counters import COUNTERS
from app.operate.check.positions import misplaced, place_again
from app.operate.check.rules import RULES

# In the order of locks; whoever writes to a topic writes to one of these.
CHANGED = ("topics", "boards", "users", "posts", "ratings", "reactions", "follows", "notifications", "grants")


def differences(session: Session) -> list[str]:
    """One line for each thing that is not as it should be; empty when everything agrees. Changes nothing."""
    session.flush()
    wrong: list[tuple[str, sa.Select[Any]]] = [("posts.position", misplaced())]
    wrong += [(counter.name, counter.wrong_rows()) for counter in COUNTERS]
    found = [
        f"{name} of {row_id}: is {have}, should be {want}"
        for name, rows in wrong
        for row_id, have, want in session.execute(rows)
    ]
    for rule in RULES:
        found += [f"{rule.name} {row_id}: {rule.sentence}" for row_id in session.scalars(rule.broken)]
    if session.get_bind().dialect.name == "sqlite":
        for table, row_id, parent, _ in session.connection().exec_driver_sql("PRAGMA foreign_key_check"):
            found.append(f"{table} {row_id}: points to a row of {parent} that does not exist")
    return found


def mend(session: Session) -> list[str]:
    """Place posts again, then count everything again; one line for each column that changed. Callers keep writers out."""
    mended: list[str] = []
    for name, statement in [("posts.position", place_again()), *((c.name, c.correction()) for c in COUNTERS)]:
        changed = session.execute(statement, execution_options={"synchronize_session": False})
        if changed.rowcount:  # type: ignore[attr-defined]
            mended.append(f"{name}: {changed.rowcount} rows")  # type: ignore[attr-defined]
    for rule in RULES:
        if rule.mend is not None:
            mended += rule.mend(session)
    session.expire_all()
    return mended
