"""Reads that stand in a page or a daily job find their few rows by an index, however many others there are."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.moderation.policy import KEPT
from app.features.posts.models import Post
from app.features.topics import queries as topics
from app.features.topics.models import DELETED
from app.kernel.clock import now
from tests import make


def plan_of(db, read):
    """How the database finds the rows of what `read` asks for."""
    asked = []

    def note(_connection, _cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    connection = db.connection()
    sa.event.listen(connection, "before_cursor_execute", note)
    read()
    sa.event.remove(connection, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return "\n".join(
        str(row)
        for statement, parameters in asked
        for row in connection.exec_driver_sql(f"{explain} {statement}", parameters)
    )


def test_pinned_topics_are_found_without_looking_at_the_others(db):
    topic = make.topic()
    guest = make.guest()

    plan = plan_of(db, lambda: topics.pinned_topics(topic.board_id, guest))

    assert "ix_topics_pinned" in plan


def test_posts_deleted_long_ago_are_found_without_looking_at_the_others(db):
    overdue = sa.and_(Post.state == DELETED, Post.state_at < now() - KEPT)

    plan = plan_of(db, lambda: db.scalar(sa.select(Post.topic_id).where(overdue).limit(1)))

    assert "ix_posts_brought_to_state" in plan
