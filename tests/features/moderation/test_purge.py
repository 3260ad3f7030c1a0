"""What was deleted is removed for good when its time is over."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.follows import actions as follows
from app.features.moderation import actions, purge
from app.features.moderation.models import Report
from app.features.notifications.models import Notification
from app.features.posts.models import Post
from app.features.ratings import actions as ratings
from app.features.reactions import actions as reactions
from app.features.reactions.models import Reaction
from app.features.topics.models import Topic
from app.kernel.clock import now
from app.kernel.db import transaction
from app.operate.check import differences
from tests import make
from tests.features.moderation.doing import do, log, posts_in

LONG_AGO = dt.timedelta(days=31)
LATELY = dt.timedelta(days=29)


def age(db, model, row_id, by):
    with transaction():
        db.execute(sa.update(model).where(model.id == row_id).values(state_at=now() - by))
    db.expire_all()


def told(db, member, post):
    with transaction():
        db.add(
            Notification(
                user_id=member.id, kind="reply", actor_id=post.author_id, topic_id=post.topic_id, post_id=post.id
            )
        )
        db.execute(sa.update(User).where(User.id == member.id).values(unread_notification_count=1))
    db.expire_all()


def run(db):
    purge.purge_deleted()
    db.expunge_all()
    assert differences(db) == []


def test_a_post_goes_after_thirty_days_with_all_that_hangs_on_it(db):
    topic, author = make.topic(), make.viewer()
    old, young, kept = make.reply(topic, author), make.reply(topic, author), make.reply(topic, author)
    member, moderator = make.viewer(), make.moderator()
    with transaction():
        for post in (old, kept):
            reactions.react(member, post, topic, "heart")
        actions.report_post(member, old, topic, "spam", "")
    told(db, member, old)
    do(actions.delete_posts, moderator, [old, young], "spam")
    age(db, Post, old.id, LONG_AGO)
    age(db, Post, young.id, LATELY)
    written = log()
    gone, waiting, author_id, member_id = old.id, young.id, author.id, member.id

    run(db)

    assert db.get(Post, gone) is None
    assert db.get(Post, waiting) is not None
    assert db.get(User, author_id).reputation == 1
    assert db.get(User, member_id).unread_notification_count == 0
    assert db.scalars(sa.select(Report)).all() == []
    assert log() == written


def test_hidden_and_published_posts_are_never_purged(db):
    topic = make.topic()
    hidden = make.reply(topic)
    do(actions.hide_posts, make.moderator(), [hidden])
    age(db, Post, hidden.id, LONG_AGO)
    count = len(posts_in(topic))

    run(db)

    assert len(posts_in(topic)) == count


@pytest.mark.parametrize("batch", [2, 200])
def test_a_topic_goes_with_its_posts_its_links_and_the_topics_merged_into_it(db, monkeypatch, batch):
    monkeypatch.setattr(purge, "BATCH", batch)
    topic, merged, other = make.topic(replies=3), make.topic(replies=1), make.topic()
    member, elsewhere = make.viewer(), make.board()
    moderator = make.moderator()
    with transaction():
        ratings.rate(member, topic, 4)
        follows.follow_topic(member, topic, frequency="daily", is_anonymous=False)
        reactions.react(member, db.get(Post, merged.first_post_id), merged, "thumb")
    do(actions.merge_topics, moderator, [merged], topic)
    do(actions.move_topics, moderator, [topic], make.facts(elsewhere), leave_link=True)
    do(actions.delete_topics, moderator, [topic], "all spam")
    age(db, Topic, topic.id, LONG_AGO)
    staying = other.id

    run(db)

    assert db.scalars(sa.select(Topic.id)).all() == [staying]
    assert db.scalars(sa.select(Post.topic_id).distinct()).all() == [staying]
    assert db.scalars(sa.select(Reaction)).all() == []
    assert db.scalar(sa.select(sa.func.sum(User.reputation))) == 0
    assert ("delete_topic", "all spam") in log()


def test_a_topic_deleted_lately_and_a_hidden_one_stay(db):
    young, hidden = make.topic(), make.topic()
    moderator = make.moderator()
    do(actions.delete_topics, moderator, [young])
    do(actions.hide_topics, moderator, [hidden])
    age(db, Topic, young.id, LATELY)
    age(db, Topic, hidden.id, LONG_AGO)
    both = {young.id, hidden.id}

    run(db)

    assert set(db.scalars(sa.select(Topic.id))) == both


def test_a_deleted_link_goes_alone(db):
    topic, elsewhere = make.topic(), make.board()
    moderator = make.moderator()
    do(actions.move_topics, moderator, [topic], make.facts(elsewhere), leave_link=True)
    link = db.scalars(sa.select(Topic).where(Topic.link_to_id == topic.id)).one()
    do(actions.delete_topics, moderator, [link])
    age(db, Topic, link.id, LONG_AGO)
    staying = topic.id

    run(db)

    assert db.scalars(sa.select(Topic.id)).all() == [staying]


def test_purging_twice_does_no_more(db):
    reply = make.reply(make.topic())
    do(actions.delete_posts, make.moderator(), [reply])
    age(db, Post, reply.id, LONG_AGO)

    run(db)
    run(db)

    assert db.scalar(sa.select(sa.func.count()).select_from(Post)) == 1
