"""Seeing members at places: kept in memory at once, written a moment later, once a minute for each member and place."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.preferences import from_mapping
from app.features.accounts.viewer import Viewer
from app.features.presence.models import Presence
from app.kernel.buffer import WriteBuffer
from app.kernel.clock import now
from app.kernel.db import own_session, session, transaction, upsert

EVERY = timedelta(minutes=1)
BATCH = 200


@dataclass(frozen=True)
class Present:
    """A member somewhere in the site. Until the sighting is written, `group_id` is the highest of the member's groups."""

    id: int
    name: str
    slug: str
    group_id: int


@dataclass(frozen=True)
class Sighting:
    at: datetime
    who: Present


Spot = tuple[int, str]  # a member's id, and the place


class _Written:
    """When each member was last put down for a place, for a minute."""

    def __init__(self) -> None:
        self._at: dict[Spot, datetime] = {}
        self._lock = threading.Lock()

    def is_due(self, spot: Spot, at: datetime) -> bool:
        with self._lock:
            if spot in self._at and at - self._at[spot] < EVERY:
                return False
            self._at[spot] = at
            return True

    def prune(self, at: datetime) -> None:
        with self._lock:
            self._at = {spot: seen for spot, seen in self._at.items() if at - seen < EVERY}

    def forget(self, user_id: int | None) -> None:
        with self._lock:
            self._at = {spot: at for spot, at in self._at.items() if user_id is not None and spot[0] != user_id}


_buffer: WriteBuffer[Spot, Sighting] = WriteBuffer(lambda _old, new: new)
_written = _Written()
_on_the_way: dict[Spot, Sighting] = {}


def saw(viewer: Viewer, place: str) -> None:
    """Note that the member is at `place` ("home", "board:<id>" or "topic:<id>"); guests and the hidden leave no trace."""
    if viewer.id is None or not viewer.preferences.is_shown_present:
        return
    at = now()
    if _written.is_due((viewer.id, place), at):
        who = Present(viewer.id, viewer.name, viewer.slug, max(viewer.group_ids))
        _buffer.add((viewer.id, place), Sighting(at, who))


def not_yet_written() -> Mapping[Spot, Sighting]:
    return _on_the_way | _buffer.peek()


def flush_presence() -> None:
    _written.prune(now())
    _buffer.write(_store)


def forget(user_id: int) -> None:
    """Drop what this process still holds of a member."""
    kept = {spot: sighting for spot, sighting in _buffer.drain().items() if spot[0] != user_id}
    _buffer.give_back(kept)
    _written.forget(user_id)


def forget_everyone() -> None:
    _buffer.drain()
    _written.forget(None)


def _store(sightings: dict[Spot, Sighting]) -> None:
    _on_the_way.update(sightings)
    spots = sorted(sightings)
    try:
        with own_session(), transaction():
            for start in range(0, len(spots), BATCH):
                _store_some({spot: sightings[spot].at for spot in spots[start : start + BATCH]})
    finally:
        _on_the_way.clear()


def _store_some(seen: Mapping[Spot, datetime]) -> None:
    """Members first, by id: a row refers to its member, and whoever hides holds the member before the rows."""
    ids = {user_id for user_id, _ in seen}
    members = sa.select(User.id, User.preferences).where(User.id.in_(ids)).order_by(User.id)
    rows_of_members = session.execute(members.with_for_update(read=True, key_share=True))
    there = {row.id for row in rows_of_members if from_mapping(row.preferences).is_shown_present}
    rows = [
        {"user_id": user_id, "place": place, "seen_at": at} for (user_id, place), at in seen.items() if user_id in there
    ]
    if rows:
        session.execute(upsert(Presence, rows, newer="seen_at"))
