"""Reading the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.moderation.models import LogEntry
from app.features.moderation.policy import entries_visible_to
from app.kernel.db import session

_NAMES = (User.id, User.name, User.slug, User.group_id)


@dataclass(frozen=True)
class EntryFilter:
    """Which part of the log; None leaves a thing open. A member is who acted or whom it happened to."""

    board_id: int | None = None
    topic_id: int | None = None
    member_id: int | None = None
    act: str | None = None


def page_of_entries(
    viewer: Viewer, wanted: EntryFilter, *, before: int | None = None, limit: int = 50
) -> Sequence[LogEntry]:
    """Entries the viewer may read, newest first, older than the entry `before`, with the names in them."""
    query = (
        sa.select(LogEntry)
        .where(entries_visible_to(viewer))
        .options(joinedload(LogEntry.actor, innerjoin=True).load_only(*_NAMES))
        .options(joinedload(LogEntry.subject).load_only(*_NAMES))
        .order_by(LogEntry.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(LogEntry.id < before)
    if wanted.board_id is not None:
        query = query.where(LogEntry.board_id == wanted.board_id)
    if wanted.topic_id is not None:
        query = query.where(LogEntry.topic_id == wanted.topic_id)
    if wanted.member_id is not None:
        query = query.where(sa.or_(LogEntry.actor_id == wanted.member_id, LogEntry.subject_id == wanted.member_id))
    if wanted.act is not None:
        query = query.where(LogEntry.act == wanted.act)
    return session.scalars(query).all()


def latest_entries(viewer: Viewer, limit: int = 10) -> Sequence[LogEntry]:
    return page_of_entries(viewer, EntryFilter(), limit=limit)
