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
from app.kernel.db import MAX_ID, session

# Of so many boards each is asked for its own part of the log; whoever keeps order in more reads most of it anyway.
FEW_BOARDS = 60

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
    asked = [entries_visible_to(viewer), LogEntry.id < (before or MAX_ID)]
    if wanted.board_id is not None:
        asked.append(LogEntry.board_id == wanted.board_id)
    if wanted.topic_id is not None:
        asked.append(LogEntry.topic_id == wanted.topic_id)
    if wanted.act is not None:
        asked.append(LogEntry.act == wanted.act)
    walk = sa.select(LogEntry.id).where(*asked).order_by(LogEntry.id.desc()).limit(limit)

    is_narrow = viewer.is_admin or wanted.board_id is not None or wanted.topic_id is not None
    boards = [] if is_narrow else viewer.moderated_ids()
    found: sa.Select[int] | sa.CompoundSelect[int]
    if wanted.member_id is not None:
        roles = (LogEntry.actor_id, LogEntry.subject_id)
        found = _joined([walk.where(role == wanted.member_id) for role in roles])
    elif 0 < len(boards) <= FEW_BOARDS:
        found = _joined([walk.where(LogEntry.board_id == board_id) for board_id in boards])
    else:
        found = walk
    ids = sorted(set(session.scalars(found)), reverse=True)[:limit]
    rows = session.scalars(
        sa.select(LogEntry)
        .where(LogEntry.id.in_(ids))
        .options(joinedload(LogEntry.actor, innerjoin=True).load_only(*_NAMES))
        .options(joinedload(LogEntry.subject).load_only(*_NAMES))
    )
    return sorted(rows, key=lambda entry: entry.id, reverse=True)


def _joined(several: Sequence[sa.Select[int]]) -> sa.CompoundSelect[int]:
    return sa.union_all(*(sa.select(some.subquery().c.id) for some in several))


def latest_entries(viewer: Viewer, limit: int = 10) -> Sequence[LogEntry]:
    return page_of_entries(viewer, EntryFilter(), limit=limit)
