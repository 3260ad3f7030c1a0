"""What is old counts as read by everyone, and marks that say no more than that are dropped."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.posts.jobs import UNREAD_KEPT, forget_old_reading
from app.features.posts.models import Post
from app.features.posts.queries import newest_before
from app.features.site.models import SiteVersion
from app.features.site.queries import use_version
from app.features.topics import actions
from app.features.topics.models import BoardRead, TopicRead
from app.features.topics.queries import unread_board_ids, unread_ids, unread_topics
from app.kernel.clock import now
from app.kernel.db import transaction
from tests import make

LONG_AGO = UNREAD_KEPT + dt.timedelta(days=1)


def age(db, topic, by):
    with transaction():
        db.execute(sa.update(Post).where(Post.topic_id == topic.id).values(created_at=now() - by))


def run(db):
    db.commit()
    forget_old_reading()
    db.expire_all()
    use_version(None)


def marks(db, model):
    return set(db.scalars(sa.select(model.post_id)))


def test_the_newest_post_before_a_moment_is_found(db):
    assert newest_before(now()) == 0
    topic = make.topic(replies=6)
    ids = db.scalars(sa.select(Post.id).where(Post.topic_id == topic.id).order_by(Post.id)).all()
    for number, post_id in enumerate(ids):
        with transaction():
            db.execute(
                sa.update(Post).where(Post.id == post_id).values(created_at=now() - dt.timedelta(days=9 - number))
            )

    found = [newest_before(now() - dt.timedelta(days=days, hours=12)) for days in (9, 8, 5, 2)]

    assert found == [ids[0] - 1, ids[0], ids[3], ids[6]]


def test_what_is_old_counts_as_read_and_what_is_new_does_not(db):
    board = make.board()
    old, new = make.topic(board), make.topic(board)
    age(db, old, LONG_AGO)
    reader = make.user()
    assert unread_ids([old, new], make.viewer(reader)) == {old.id, new.id}

    run(db)

    viewer = make.viewer(reader)
    assert unread_ids([old, new], viewer) == {new.id}
    assert [topic.id for topic in unread_topics(viewer)] == [new.id]
    assert unread_board_ids(viewer) == {board.id}
    assert db.scalar(sa.select(User.read_up_to_post_id).where(User.id == reader.id)) == 0


def test_marks_that_say_nothing_more_are_dropped_and_others_stay(db):
    quiet, lively = make.board(), make.board()
    old, covered, fresh = make.topic(quiet), make.topic(quiet), make.topic(lively)
    age(db, old, LONG_AGO)
    by_board, by_site, other = make.viewer(), make.viewer(), make.viewer()
    facts = make.facts(quiet)
    with transaction():
        for reader in (by_board, by_site, other):
            for topic in (old, covered, fresh):
                actions.mark_read(reader, topic, topic.last_post_id)
        actions.mark_board_read(by_board, facts)
        db.execute(sa.update(User).where(User.id == by_site.id).values(read_up_to_post_id=fresh.last_post_id))
    before = [unread_ids([old, covered, fresh], make.viewer(db.get(User, r.id))) for r in (by_board, by_site, other)]

    run(db)

    left = {(row.user_id, row.topic_id) for row in db.execute(sa.select(TopicRead.user_id, TopicRead.topic_id))}
    assert left == {(by_board.id, fresh.id), (other.id, covered.id), (other.id, fresh.id)}
    after = [unread_ids([old, covered, fresh], make.viewer(db.get(User, r.id))) for r in (by_board, by_site, other)]
    assert before == after == [set(), set(), set()]


def test_a_board_s_mark_goes_once_the_site_s_is_beyond_it(db):
    board = make.board()
    topic, reader, facts = make.topic(board), make.viewer(), make.facts(board)
    with transaction():
        actions.mark_board_read(reader, facts)
    age(db, topic, LONG_AGO)

    run(db)

    assert marks(db, BoardRead) == set()


def test_it_never_goes_back(db):
    topic = make.topic()
    age(db, topic, LONG_AGO)
    run(db)
    reached = db.scalar(sa.select(SiteVersion.read_up_to_post_id))
    age(db, topic, dt.timedelta(0))

    run(db)

    assert reached == topic.last_post_id
    assert db.scalar(sa.select(SiteVersion.read_up_to_post_id)) == reached
