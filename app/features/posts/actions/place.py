"""Keeping the positions of posts true, and what a topic knows of its own posts, after some came, went or moved."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.posts.models import Post
from app.features.topics.models import PUBLISHED, Topic
from app.kernel.db import session


def renumber(topic_id: int, since: int = 0) -> None:
    """Make positions dense again: published posts 1, 2, 3 … in the order (created_at, id), others as their neighbour.

    Posts that stood before the position `since` are left alone; those that stood there or after it may have changed.
    """
    published = sa.func.count().filter(Post.state == PUBLISHED)
    before = max(0, since - 1)
    numbered = (
        sa.select(Post.id, (published.over(order_by=(Post.created_at, Post.id)) + before).label("position"))
        .where(Post.topic_id == topic_id, Post.position >= since)
        .subquery()
    )
    session.flush()
    session.execute(
        sa.update(Post)
        .where(Post.id == numbered.c.id, Post.position != numbered.c.position)
        .values(position=numbered.c.position)
        .execution_options(synchronize_session=False, changes=(f"topic:{topic_id}",))
    )


def settle_topic(topic: Topic, since: int = 0) -> None:
    """Renumber a locked topic and take its opening, its end and its count from its posts."""
    renumber(topic.id, since)
    published = sa.select(Post.id, Post.created_at, Post.author_id, Post.position).where(
        Post.topic_id == topic.id, Post.state == PUBLISHED
    )
    first = session.execute(published.order_by(Post.position).limit(1)).one_or_none()
    last = session.execute(published.order_by(Post.position.desc()).limit(1)).one_or_none()
    topic.post_count = last.position if last is not None else 0
    if first is not None and last is not None:
        topic.first_post_id, topic.created_at, topic.author_id = first.id, first.created_at, first.author_id
        topic.last_post_id, topic.last_post_at, topic.last_post_by_id = last.id, last.created_at, last.author_id
    session.flush()
