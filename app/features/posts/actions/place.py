"""Keeping positions and counters true after posts or topics came, went or moved.

New posts only add to the counters. Everything rarer counts again, under the rows' locks.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.posts.models import Post
from app.features.topics.models import PUBLISHED, Topic
from app.kernel.db import lock, session


def renumber(topic_id: int) -> None:
    """Make positions dense again: published posts 1, 2, 3 … in the order (created_at, id), others as their neighbour."""
    published = sa.func.count().filter(Post.state == PUBLISHED)
    numbered = (
        sa.select(Post.id, published.over(order_by=(Post.created_at, Post.id)).label("position"))
        .where(Post.topic_id == topic_id)
        .subquery()
    )
    session.flush()
    session.execute(
        sa.update(Post)
        .where(Post.id == numbered.c.id, Post.position != numbered.c.position)
        .values(position=numbered.c.position)
        .execution_options(synchronize_session=False, changes=(f"topic:{topic_id}",))
    )


def settle_topic(topic: Topic) -> None:
    """Renumber a locked topic and take its opening, its end and its count from its posts."""
    renumber(topic.id)
    published = sa.select(Post.id, Post.created_at, Post.author_id).where(
        Post.topic_id == topic.id, Post.state == PUBLISHED
    )
    first = session.execute(published.order_by(Post.position).limit(1)).one_or_none()
    last = session.execute(published.order_by(Post.position.desc()).limit(1)).one_or_none()
    topic.post_count = (
        session.scalar(sa.select(sa.func.count()).where(Post.topic_id == topic.id, Post.state == PUBLISHED)) or 0
    )
    if first is not None and last is not None:
        topic.first_post_id, topic.created_at, topic.author_id = first.id, first.created_at, first.author_id
        topic.last_post_id, topic.last_post_at, topic.last_post_by_id = last.id, last.created_at, last.author_id
    session.flush()


def settle_boards(board_ids: Iterable[int]) -> None:
    """Count these boards again and find their last topics."""
    session.flush()
    for board_id in sorted(set(board_ids)):
        board = lock(Board, board_id)
        if board is None:
            continue
        mine = sa.and_(Topic.board_id == board_id, Topic.state == PUBLISHED, Topic.link_to_id.is_(None))
        board.topic_count, board.post_count = session.execute(
            sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Topic.post_count), 0)).where(mine)
        ).one()
        # Columns, not the topic: the session may hold an older state of it.
        last = session.execute(
            sa.select(Topic.id, Topic.last_post_id, Topic.last_post_at, Topic.last_post_by_id)
            .where(mine)
            .order_by(Topic.last_post_id.desc())
            .limit(1)
        ).one_or_none()
        board.last_topic_id = last.id if last else None
        board.last_post_id = last.last_post_id if last else None
        board.last_post_at = last.last_post_at if last else None
        board.last_post_by_id = last.last_post_by_id if last else None
    session.flush()


def settle_members(user_ids: Iterable[int]) -> None:
    """Count the posts of these members again: published ones, in published topics of boards that count."""
    session.flush()
    wanted = sorted(set(user_ids))
    session.scalars(
        sa.select(User.id).where(User.id.in_(wanted)).order_by(User.id).with_for_update(key_share=True)
    ).all()
    for start in range(0, len(wanted), 500):
        session.execute(
            sa.update(User)
            .where(User.id.in_(wanted[start : start + 500]))
            .values(post_count=counted_posts().where(Post.author_id == User.id).scalar_subquery())
            .execution_options(synchronize_session=False)
        )


def counted_posts() -> sa.Select[int]:
    """How many posts add to their authors' totals."""
    return (
        sa.select(sa.func.count(Post.id))
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .where(Post.state == PUBLISHED, Topic.state == PUBLISHED, Board.counts_posts)
    )
