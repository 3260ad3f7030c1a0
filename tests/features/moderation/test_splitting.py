"""Moving chosen posts to a topic of their own, or to one that is there."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.moderation import actions
from app.features.moderation.models import LogEntry
from app.features.notifications.models import Notification
from app.features.posts.models import Post
from app.features.posts.queries import get_post
from app.features.topics import actions as topic_actions
from app.features.topics.models import Topic
from app.features.topics.queries import unread_ids
from app.kernel.db import transaction
from app.kernel.errors import Forbidden, Invalid
from tests import make
from tests.features.moderation.doing import bodies, do, log


def split(viewer, posts, board, title="A topic of its own", reason=""):
    return do(actions.split_into_new_topic, viewer, posts, make.facts(board), title, reason)


def test_chosen_posts_open_a_new_topic(db):
    board, other = make.board(), make.board()
    topic = make.topic(board, body="ferries")
    cakes = make.reply(topic, body="cakes")
    make.reply(topic, body="more ferries")
    more_cakes = make.reply(topic, body="more cakes")
    moderator = make.moderator()

    made = split(moderator, [more_cakes, cakes], other, "Cakes!", "off topic")

    assert (made.title, made.slug, made.author_id) == ("Cakes!", "cakes", cakes.author_id)
    assert bodies(made) == ["cakes", "more cakes"]
    assert bodies(topic) == ["ferries", "more ferries"]
    assert get_post(cakes.id, make.viewer())[1].id == made.id
    assert (db.get(Board, other.id).topic_count, db.get(Board, other.id).last_topic_id) == (1, made.id)
    assert log() == [("split_topic", "off topic")]
    assert db.scalars(sa.select(LogEntry)).one().details["into_topic"] == made.id


def test_the_first_post_may_go_and_the_next_one_opens_the_topic(db):
    topic = make.topic(body="one")
    second = make.reply(topic, body="two")
    make.reply(topic, body="three")
    first = db.get(Post, topic.first_post_id)
    moderator = make.moderator()

    split(moderator, [first], db.get(Board, topic.board_id))

    topic = db.get(Topic, topic.id)
    assert (topic.first_post_id, topic.author_id) == (second.id, second.author_id)
    assert bodies(topic) == ["two", "three"]


def test_one_post_must_go_and_one_must_stay(db):
    topic = make.topic()
    reply = make.reply(topic)
    first = db.get(Post, topic.first_post_id)
    board, moderator = db.get(Board, topic.board_id), make.moderator()

    with pytest.raises(Invalid, match="must stay"):
        split(moderator, [first, reply], board)
    do(actions.hide_posts, moderator, [reply])
    with pytest.raises(Invalid, match="not hidden"):
        split(moderator, [reply], board)
    with pytest.raises(Invalid, match="must stay"):
        split(moderator, [first], board)


def test_hidden_posts_go_along_hidden(db):
    topic = make.topic()
    shown, hidden = make.reply(topic, body="shown"), make.reply(topic, body="hidden")
    moderator = make.moderator()
    do(actions.hide_posts, moderator, [hidden])

    made = split(moderator, [shown, hidden], db.get(Board, topic.board_id))

    assert bodies(made) == ["shown"]
    assert (db.get(Post, hidden.id).topic_id, db.get(Post, hidden.id).position) == (made.id, 1)


def test_posts_of_several_topics_are_gathered_in_one(db):
    first, second = make.topic(), make.topic()
    a, b = make.reply(first, body="a"), make.reply(second, body="b")
    moderator = make.moderator()

    made = split(moderator, [b, a], db.get(Board, first.board_id), reason="one story")

    assert bodies(made) == ["a", "b"]
    assert log() == [("split_topic", "one story")] * 2


def test_posts_take_their_place_by_time_in_a_topic_that_is_there(db):
    first, second = make.topic(body="one"), make.topic(body="two")
    moved = make.reply(first, body="three")
    make.reply(second, body="four")
    moderator = make.moderator()

    do(actions.split_into_topic, moderator, [moved], second, "belongs there")

    assert bodies(second) == ["two", "three", "four"]
    assert log() == [("split_topic", "belongs there")]


def test_posts_are_not_moved_to_where_they_are(db):
    topic = make.topic()
    reply = make.reply(topic)
    moderator = make.moderator()

    with pytest.raises(Invalid):
        do(actions.split_into_topic, moderator, [reply], topic)


def test_what_was_read_stays_read(db):
    topic = make.topic()
    reply = make.reply(topic)
    reader, moderator = make.viewer(), make.moderator()
    with transaction():
        topic_actions.mark_read(reader, topic, reply.id)

    made = split(moderator, [reply], db.get(Board, topic.board_id))

    assert unread_ids([db.get(Topic, made.id)], reader) == set()
    assert unread_ids([db.get(Topic, made.id)], make.viewer()) == {made.id}


def test_notifications_follow_the_posts(db):
    topic = make.topic()
    reply = make.reply(topic)
    member, moderator = make.viewer(), make.moderator()
    with transaction():
        db.add(
            Notification(user_id=member.id, kind="reply", actor_id=reply.author_id, topic_id=topic.id, post_id=reply.id)
        )
        db.get(User, member.id).unread_notification_count = 1

    made = split(moderator, [reply], db.get(Board, topic.board_id))

    assert db.scalars(sa.select(Notification.topic_id)).all() == [made.id]


def test_authors_are_counted_again_where_counting_differs(db):
    board, private = make.board(), make.private_board(counts_posts=False)
    topic, author = make.topic(board), make.viewer()
    reply = make.reply(topic, author)
    moderator = make.moderator()

    split(moderator, [reply], private)

    assert db.get(User, author.id).post_count == 0


def test_a_reply_that_becomes_the_first_post_is_no_longer_recommended(db):
    topic = make.topic()
    reply = make.reply(topic)
    moderator = make.moderator()
    do(actions.recommend_posts, moderator, [reply], "well said")

    made = split(moderator, [reply], db.get(Board, topic.board_id))

    assert not db.get(Post, reply.id).is_recommended
    assert db.get(Topic, made.id).first_post_id == reply.id


def test_splitting_needs_moderation_here_and_the_right_to_start_there(db):
    board, closed = make.board(), make.board(members=make.READER)
    topic = make.topic(board)
    reply = make.reply(topic)
    hidden_place = make.private_board()
    of_board = make.board_moderator(board)

    for who, place in (
        (make.viewer(), board),
        (make.guest(), board),
        (make.board_moderator(closed), closed),
        (of_board, closed),
        (of_board, hidden_place),
    ):
        with pytest.raises(Forbidden):
            split(who, [reply], place)
    assert log() == []
    split(of_board, [reply], board)
