"""Positions of posts: dense from 1 among the published ones of a topic, others as the published one before them."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.posts.models import Post
from app.features.topics.models import PUBLISHED

_published = sa.func.count().filter(Post.state == PUBLISHED)
_numbered = sa.select(
    Post.id,
    _published.over(partition_by=Post.topic_id, order_by=(Post.created_at, Post.id)).label("position"),
).subquery("numbered")


def misplaced() -> sa.Select[tuple[int, int, int]]:
    """Id, position and right position of every post that stands elsewhere."""
    return (
        sa.select(Post.id, Post.position, _numbered.c.position)
        .join(_numbered, _numbered.c.id == Post.id)
        .where(Post.position != _numbered.c.position)
        .order_by(Post.id)
    )


def place_again() -> sa.Update:
    return (
        sa.update(Post)
        .where(Post.id == _numbered.c.id, Post.position != _numbered.c.position)
        .values(position=_numbered.c.position)
    )
