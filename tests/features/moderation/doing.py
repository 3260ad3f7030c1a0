"""What tests of moderators' acts share: doing one in a transaction, and looking whether everything still agrees."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.moderation.models import LogEntry
from app.features.posts.models import Post
from app.kernel.db import session, transaction
from app.operate.check import differences


def do(act, *arguments, **more):
    """Do one act as a request would, and find every counter right afterwards."""
    with transaction():
        done = act(*arguments, **more)
    session.expire_all()
    assert differences(session) == []
    return done


def log():
    """Act and reason of every entry, oldest first."""
    return [(e.act, e.reason) for e in session.scalars(sa.select(LogEntry).order_by(LogEntry.id))]


def bodies(topic):
    """The published posts of a topic in its order."""
    return list(
        session.scalars(
            sa.select(Post.source).where(Post.topic_id == topic.id, Post.state == "published").order_by(Post.position)
        )
    )


def posts_in(topic):
    return list(session.scalars(sa.select(Post).where(Post.topic_id == topic.id).order_by(Post.position, Post.id)))
