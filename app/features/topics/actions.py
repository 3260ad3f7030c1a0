"""Renaming topics, and remembering what was read. Starting a topic is in posts: it writes one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.boards import policy as board_policy
from app.features.boards.queries import BoardFacts
from app.features.topics import policy
from app.features.topics.models import BoardRead, Topic, TopicRead
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.verdict import require


def mark_read(viewer: Viewer, topic: Topic, post_id: int) -> None:
    """Remember that the member has read the topic up to this post; never goes back."""
    require(policy.may_mark_read(viewer))
    require(policy.may_read(viewer, topic))
    session.execute(_upsert(TopicRead, {"user_id": viewer.id, "topic_id": topic.id, "post_id": post_id, "read_at": now()}))


def mark_board_read(viewer: Viewer, board: BoardFacts) -> None:
    require(policy.may_mark_read(viewer))
    require(board_policy.may_read_board(viewer, board.id))
    session.execute(_upsert(BoardRead, {"user_id": viewer.id, "board_id": board.id, "post_id": _newest_post_id()}))


def mark_everything_read(viewer: Viewer) -> None:
    require(policy.may_mark_read(viewer))
    session.execute(sa.update(User).where(User.id == viewer.id).values(read_up_to_post_id=_newest_post_id()))
    session.execute(sa.delete(TopicRead).where(TopicRead.user_id == viewer.id))
    session.execute(sa.delete(BoardRead).where(BoardRead.user_id == viewer.id))


def _newest_post_id() -> int:
    return session.scalar(sa.select(sa.func.coalesce(sa.func.max(Topic.last_post_id), 0))) or 0


def _upsert(model: Any, values: dict[str, Any]) -> Any:  # noqa: ANN401
    """Insert a mark, or move the one that is there forward."""
    keys = [column.name for column in model.__table__.primary_key]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement: Any = insert(model).values(**values)
    newer = statement.excluded.post_id > model.post_id
    changes = {name: statement.excluded[name] for name in values if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changes, where=newer)
