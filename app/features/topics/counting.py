"""How often topics are looked at: counted in memory, added up in the database a moment later."""

from __future__ import annotations

import operator

import sqlalchemy as sa

from app.features.topics.models import Topic
from app.kernel.buffer import WriteBuffer
from app.kernel.db import own_session, session, transaction

_views: WriteBuffer[int, int] = WriteBuffer(operator.add)


def count_view(topic_id: int) -> None:
    """Count one look at a topic, by anyone; writes nothing now."""
    _views.add(topic_id, 1)


def flush_views() -> None:
    _views.write(_store)


def forget_views() -> None:
    """Drop what is not yet written."""
    _views.drain()


def _store(views: dict[int, int]) -> None:
    topics = Topic.__table__
    assert isinstance(topics, sa.Table)
    more: sa.BindParameter[int] = sa.bindparam("more")
    add = topics.update().where(topics.c.id == sa.bindparam("wanted")).values(view_count=topics.c.view_count + more)
    with own_session(), transaction():
        session.execute(add, [{"wanted": topic_id, "more": count} for topic_id, count in sorted(views.items())])
