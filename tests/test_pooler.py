"""A pooler before PostgreSQL that gives every transaction another connection: nothing may depend on the one before."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.queries import viewer_of
from app.features.posts import actions as posts
from app.features.posts.models import Post
from app.features.site.queries import use_version
from app.features.topics.models import Topic
from app.kernel import migrate
from app.kernel.db import own_session, session, transaction
from app.operate.check import differences
from tests import databases, make, servers

PEOPLE, REPLIES = 6, 15


@pytest.fixture
def forum(tmp_path):
    if servers.find_pooler() is None or servers.find_postgresql() is None:
        pytest.skip("PgBouncer is not installed")
    with (
        servers.private_postgresql() as server,
        servers.private_database(server) as url,
        servers.private_pooler(url) as pooled,
        databases.opened(f"{pooled}&pooler=transaction") as engine,
    ):
        with databases.opened(url) as direct:
            migrate.upgrade(direct)
        yield engine


def test_members_reply_at_the_same_time_through_a_pooler_and_nothing_is_lost(forum):
    topic = make.topic()
    people = [make.user().id for _ in range(PEOPLE)]
    failed = []

    def talk(user_id):
        for number in range(REPLIES):
            with own_session():
                use_version(None)
                viewer = viewer_of(session.get(User, user_id))
                try:
                    with transaction():
                        posts.reply(viewer, session.get(Topic, topic.id), f"{user_id} says {number}")
                except sa.exc.SQLAlchemyError as error:
                    failed.append(error)

    threads = [threading.Thread(target=talk, args=(user_id,)) for user_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    with own_session():
        assert session.scalar(sa.select(sa.func.count()).where(Post.topic_id == topic.id)) == 1 + PEOPLE * REPLIES
        assert differences(session) == []
