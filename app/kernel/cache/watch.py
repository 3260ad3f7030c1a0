"""Notices what a transaction changes, row by row, so that no writer can forget to say so.

Rows changed through the session are noticed as they are flushed. A statement that changes many rows at once says itself
which (`.execution_options(changes=("topic:42",))`); one that touches what readers see and does not say so drops every copy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from app.kernel import db
from app.kernel.cache.changes import changed
from app.kernel.cache.copies import EVERYTHING
from app.kernel.db import Model


@dataclass(frozen=True)
class Watched:
    """A table readers see: a changed row changes these `tags`, made from its columns ("topic:{id}"), unless only columns
    changed that are `unseen`. A row that comes or goes changes `rows` too.
    """

    tags: Collection[str]
    rows: Collection[str] = ()
    unseen: frozenset[str] = frozenset()


_watched: dict[type[Model], Watched] = {}


def connect(watched: Mapping[type[Model], Watched]) -> None:
    """Replace the table of what is watched."""
    _watched.clear()
    _watched.update(watched)
    if not event.contains(Session, "after_flush", _note_rows):
        event.listen(Session, "after_flush", _note_rows)
        event.listen(Session, "do_orm_execute", _note_statement)


def _note_rows(session: Session, _context: object) -> None:
    if db.notes() is None:
        return
    tags = {tag for row in (*session.new, *session.dirty, *session.deleted) for tag in _tags_of(row, session)}
    if tags:
        changed(*tags)


def _tags_of(row: object, session: Session) -> Iterator[str]:
    watched = _watched.get(type(row))  # type: ignore[arg-type]
    if watched is None:
        return
    here = _values(row)
    if row in session.new or row in session.deleted:
        yield from (tag.format_map(here) for tag in (*watched.tags, *watched.rows))
        return
    before = {name: old for name, old in _replaced(row).items() if name not in watched.unseen}
    if before:
        yield from (tag.format_map(here) for tag in watched.tags)
        known = here | {name: old for name, old in before.items() if old is not None}
        yield from (tag.format_map(known) for tag in watched.tags)


def _replaced(row: object) -> dict[str, Any]:
    """The columns that changed, each with what it held before (None when that is not known)."""
    found = {}
    for attribute in sa.inspect(row, raiseerr=True).attrs:
        if attribute.key in sa.inspect(type(row)).columns and attribute.history.has_changes():
            found[attribute.key] = attribute.history.deleted[0] if attribute.history.deleted else None
    return found


def _values(row: object) -> dict[str, Any]:
    return {key: value for key, value in sa.inspect(row).dict.items() if not key.startswith("_")}


def _note_statement(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete or state.is_insert) or db.notes() is None:
        return
    said: Iterable[str] | None = state.execution_options.get("changes")
    if said is not None:
        if said:
            changed(*said)
        return
    mapper = state.bind_mapper
    watched = _watched.get(mapper.class_) if mapper is not None else None
    if watched is None:
        return
    columns = _columns(state.statement) if state.is_update else frozenset()
    if not columns or not columns <= watched.unseen:
        changed(EVERYTHING)


def _columns(statement: Any) -> frozenset[str]:
    """The columns an UPDATE sets, as far as it names them itself."""
    return frozenset(str(column.name) for column in statement._values or ())  # noqa: SLF001
