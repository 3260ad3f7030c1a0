"""Who is where right now: what is written, and what this process has just seen. One statement each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.preferences import from_mapping
from app.features.accounts.viewer import Viewer
from app.features.presence.models import Presence
from app.features.presence.places import Present, Sighting, not_yet_written, saw
from app.features.site.queries import settings
from app.kernel.clock import now
from app.kernel.db import session

__all__ = ["Company", "Present", "members_at", "members_online", "saw", "since"]

SHOWN_AT_MOST = 60


class Company(list[Present]):
    """Members who are present, as many as are shown; `total` says how many there are."""

    def __init__(self, shown: Iterable[Present] = (), total: int = 0) -> None:
        super().__init__(shown)
        self.total = total

    @property
    def others(self) -> int:
        """How many there are besides those shown."""
        return self.total - len(self)


def since() -> datetime:
    """Who was seen after this moment counts as present."""
    return now() - timedelta(minutes=settings().presence_minutes)


def members_at(place: str, viewer: Viewer) -> Company:
    """Members seen at a place lately who let others see it: the viewer first, then the latest seen."""
    fresh = [sighting for (_, where), sighting in not_yet_written().items() if where == place]
    return _company(_AT, viewer, fresh, {"place": place})


def members_online(viewer: Viewer) -> Company:
    """Members seen anywhere lately who let others see it: the viewer first, then by name the latest seen."""
    found = _company(_ANYWHERE, viewer, not_yet_written().values(), {})
    return Company(sorted(found, key=lambda who: (who.id != viewer.id, who.name.casefold())), found.total)


def _company(
    statement: sa.Select[Any], viewer: Viewer, fresh: Iterable[Sighting], where: Mapping[str, object]
) -> Company:
    """The just seen, then the written ones; nobody twice, and nobody who is hidden by now."""
    newest = sorted(fresh, key=lambda sighting: sighting.at, reverse=True)
    found = {sighting.who.id: sighting.who for sighting in newest}
    rows = session.execute(
        statement, {**where, "since": since(), "viewer_id": viewer.id or 0, "fresh_ids": list(found)}
    ).all()
    count = len(found) + (rows[0].others if rows else 0)
    for row in rows:
        if not from_mapping(row.preferences).is_shown_present:
            count -= 1
            found.pop(row.id, None)
        else:
            found.setdefault(row.id, Present(row.id, row.name, row.slug, row.group_id))
    shown = sorted(found.values(), key=lambda who: who.id != viewer.id)
    return Company(shown[:SHOWN_AT_MOST], count)


def _present(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The latest seen and the viewer, each with how many there are besides those who are not written yet."""
    here = sa.and_(Presence.seen_at >= sa.bindparam("since"), *where)
    latest_at = sa.func.max(Presence.seen_at).label("at")
    latest = (
        sa.select(Presence.user_id, latest_at)
        .where(here)
        .group_by(Presence.user_id)
        .order_by(latest_at.desc(), Presence.user_id)
        .limit(SHOWN_AT_MOST)
        .subquery()
    )
    viewer = sa.select(Presence.user_id, latest_at).where(here, Presence.user_id == sa.bindparam("viewer_id"))
    shown = sa.union(sa.select(latest), viewer.group_by(Presence.user_id)).subquery()
    others = sa.select(sa.func.count(Presence.user_id.distinct())).where(
        here, Presence.user_id.not_in(sa.bindparam("fresh_ids", expanding=True))
    )
    return (
        sa.select(
            User.id, User.name, User.slug, User.group_id, User.preferences, others.scalar_subquery().label("others")
        )
        .join(shown, shown.c.user_id == User.id)
        .order_by(shown.c.at.desc(), User.id)
    )


_AT = _present(Presence.place == sa.bindparam("place"))
_ANYWHERE = _present()
