"""Disappearing, and forgetting who was seen long ago."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.presence import places
from app.features.presence.models import Presence
from app.features.presence.queries import since
from app.kernel.db import after_commit, session


def leave_no_trace(user_id: int) -> None:
    """Remove every sighting of a member who no longer wants to be shown."""
    session.execute(sa.delete(Presence).where(Presence.user_id == user_id))
    after_commit(lambda: places.forget(user_id))


def drop_old() -> None:
    """Remove sightings too old to be shown; rows that are being written right now are left for the next time."""
    key = sa.tuple_(Presence.user_id, Presence.place)
    old = (
        sa.select(Presence.user_id, Presence.place).where(Presence.seen_at < since()).with_for_update(skip_locked=True)
    )
    session.execute(sa.delete(Presence).where(key.in_(old)).execution_options(synchronize_session=False))
