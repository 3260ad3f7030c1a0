"""Renaming topics, and remembering what was read. Starting a topic is in posts: it writes one."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.boards import policy as board_policy
from app.features.boards.models import Board
from app.features.boards.queries import BoardFacts
from app.features.topics import policy
from app.features.topics.models import BoardRead, Topic, TopicRead
from app.kernel.clock import now
from app.kernel.db import session, upsert
from app.kernel.verdict import require


def mark_read(viewer: Viewer, topic: Topic, post_id: int) -> None:
    """Remember that the member has read the topic up to this post; never goes back."""
    require(policy.may_mark_read(viewer))
    require(policy.may_read(viewer, topic))
    mark = {"user_id": viewer.id, "topic_id": topic.id, "post_id": post_id, "read_at": now()}
    session.execute(upsert(TopicRead, [mark], newer="post_id"))


def mark_board_read(viewer: Viewer, board: BoardFacts) -> None:
    require(policy.may_mark_read(viewer))
    require(board_policy.may_read_board(viewer, board.id))
    mark = {"user_id": viewer.id, "board_id": board.id, "post_id": _newest_post_id()}
    session.execute(upsert(BoardRead, [mark], newer="post_id"))


def mark_everything_read(viewer: Viewer) -> None:
    require(policy.may_mark_read(viewer))
    session.execute(sa.update(User).where(User.id == viewer.id).values(read_up_to_post_id=_newest_post_id()))
    session.execute(sa.delete(TopicRead).where(TopicRead.user_id == viewer.id))
    session.execute(sa.delete(BoardRead).where(BoardRead.user_id == viewer.id))


def _newest_post_id() -> int:
    return session.scalar(sa.select(sa.func.coalesce(sa.func.max(Board.last_post_id), 0))) or 0
