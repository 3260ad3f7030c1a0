"""Writes the demo in one transaction, through the same actions that members' forms call; the clock is set back after."""

from __future__ import annotations

from app import wiring
from app.features.site.actions import raise_version
from app.features.site.models import Setting
from app.features.site.queries import use_version
from app.kernel import events
from app.kernel.clock import now
from app.kernel.db import own_session, session, transaction
from app.operate.check import mend
from app.operate.demo import keeping, opinions, people, places, talking
from app.operate.demo.stage import Stage

MARK = "is_demo"
# A version of the site that no request ever has: lets copies of boards and grants be kept while this transaction runs.
_BEING_WRITTEN = -2


def seed() -> None:
    """Fill an empty forum. All or nothing; takes some seconds."""
    events.connect({})  # follows and news are written together at the end
    try:
        _write()
    finally:
        events.connect(wiring.LISTENERS)
        use_version(None)


def _write() -> None:
    with own_session(), transaction():
        use_version(None)
        stage = Stage(now())
        people.arrive(stage)
        places.build(stage)
        stage.viewers.clear()
        use_version(_BEING_WRITTEN)
        talking.talk(stage)
        opinions.opine(stage)
        keeping.keep_order(stage)
        people.settle_in(stage)
        mend(session)
        opinions.hear(stage)
        mend(session)
        keeping.date_topics()
        session.add(Setting(name=MARK, value=True))
        raise_version()
