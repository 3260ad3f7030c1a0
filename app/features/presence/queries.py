"""Who is where right now: what is written, and what this process has just seen. One statement each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.preferences import from_mapping
from app.features.accounts.viewer import Viewer
from app.features.presence.models import Presence
from app.features.presence.places import Present, Sighting, not_yet_written, saw
from app.features.site.queries import settings
from app.kernel.clock import now
from app.kernel.db import session

__all__ = ["Present", "members_at", "members_online", "saw", "since"]

_WHO = (User.id, User.name, User.slug, User.group_id, User.preferences)
_AT_PLACE = (
    sa.select(*_WHO)
    .join(Presence, Presence.user_id == User.id)
    .where(Presence.place == sa.bindparam("place"), Presence.seen_at >= sa.bindparam("since"))
    .order_by(Presence.seen_at.desc(), User.id)
)


def since() -> datetime:
    """Who was seen after this moment counts as present."""
    return now() - timedelta(minutes=settings().presence_minutes)


def members_at(place: str, viewer: Viewer) -> list[Present]:
    """Members seen at a place lately who let others see it: the viewer first, then the latest seen."""
    rows = session.execute(_AT_PLACE, {"place": place, "since": since()})
    fresh = [sighting for (_, where), sighting in not_yet_written().items() if where == place]
    found = _merge(rows, fresh)
    return sorted(found, key=lambda who: who.id != viewer.id)


def members_online(viewer: Viewer) -> list[Present]:
    """Members seen anywhere lately who let others see it, the viewer first, then by name."""
    lately = sa.select(Presence.user_id).where(Presence.seen_at >= since())
    rows = session.execute(sa.select(*_WHO).where(User.id.in_(lately)))
    found = _merge(rows, not_yet_written().values())
    return sorted(found, key=lambda who: (who.id != viewer.id, who.name.casefold()))


def _merge(
    rows: Iterable[sa.Row[tuple[int, str, str, int, dict[str, object]]]], fresh: Iterable[Sighting]
) -> list[Present]:
    """The just seen, then the written ones; nobody twice, and nobody who is hidden by now."""
    rows = list(rows)
    hidden = {row.id for row in rows if not from_mapping(row.preferences).is_shown_present}
    newest = sorted(fresh, key=lambda sighting: sighting.at, reverse=True)
    found = {sighting.who.id: sighting.who for sighting in newest}
    for row in rows:
        found.setdefault(row.id, Present(row.id, row.name, row.slug, row.group_id))
    return [who for who in found.values() if who.id not in hidden]
