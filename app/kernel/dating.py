"""Remembers when what people read of something was last changed, in a column `changed_at` of its own row.

Noticed row by row as the session flushes, so that no writer can forget it; it never moves backwards. A statement that
changes many rows at once has to set the moment itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.kernel.clock import now
from app.kernel.db import Model


@dataclass(frozen=True)
class Dated:
    """Rows whose columns `said` are what people read of the row of `model` whose id stands in the column `key`."""

    said: frozenset[str]
    model: type[Model]
    key: str = "id"


_dated: dict[type[Model], Dated] = {}


def connect(dated: Mapping[type[Model], Dated]) -> None:
    """Replace the table of what is dated."""
    _dated.clear()
    _dated.update(dated)
    if not event.contains(Session, "before_flush", _date_rows):
        event.listen(Session, "before_flush", _date_rows)


def _date_rows(session: Session, _context: object, _instances: object) -> None:
    for row in session.dirty:
        dated = _dated.get(type(row))
        if dated is None or not _says_something_else(row, dated.said):
            continue
        target: Any = row if isinstance(row, dated.model) else session.get(dated.model, getattr(row, dated.key))
        if target is not None:
            target.changed_at = max(now(), target.changed_at)


def _says_something_else(row: object, said: frozenset[str]) -> bool:
    state = sa.inspect(row, raiseerr=True)
    return any(state.attrs[name].history.has_changes() for name in said)
