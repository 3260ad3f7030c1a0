"""Hiding, deleting, restoring and recommending posts; edits by moderators."""

from __future__ import annotations

import datetime as dt

import pytest

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.moderation import actions
from app.features.posts import actions as post_actions
from app.features.posts.cards import recommended_posts
from app.features.posts.models import Post
from app.features.topics.models import DELETED, HIDDEN, Topic
from app.kernel.clock import now
from app.kernel.errors import Forbidden
from tests import make
from tests.features.moderation.doing import bodies, do, log

ACTS = (
    actions.hide_posts,
    actions.delete_posts,
    actions.restore_posts,
    actions.recommend_posts,
    actions.withdraw_recommendations,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_no_act_is_for_members_or_moderators_of_other_boards(db, act):
    reply = make.reply(make.topic())
    other = make.board_moderator(make.board())

    for stranger in (make.guest(), make.viewer(), other):
        with pytest.raises(Forbidden):
            do(act, stranger, [reply])
    assert log() == []


@pytest.mark.parametrize(("act", "state"), [(actions.hide_posts, HIDDEN), (actions.delete_posts, DELETED)])
def test_a_removed_post_counts_nowhere_until_it_is_restored(db, act, state):
    topic, author = make.topic(body="one"), make.viewer()
    reply = make.reply(topic, author, body="two")
    make.reply(topic, body="three")
    moderator = make.moderator()

    do(act, moderator, [reply], "rude")
    reply = db.get(Post, reply.id)
    assert (reply.state, reply.state_reason, reply.state_by_id, reply.position) == (state, "rude", moderator.id, 1)
    assert bodies(topic) == ["one", "three"]
    assert (db.get(Topic, topic.id).post_count, db.get(User, author.id).post_count) == (2, 0)

    do(actions.restore_posts, moderator, [reply], "sorry")
    assert bodies(topic) == ["one", "two", "three"]
    assert db.get(User, author.id).post_count == 1
    assert log() == [(act.__name__[:-1], "rude"), ("restore_post", "sorry")]


def test_hiding_the_last_post_gives_the_board_its_older_one_back(db):
    board = make.board()
    older, newer = make.topic(board), make.topic(board)
    reply = make.reply(newer)
    make.reply(older)
    last = make.reply(newer)
    moderator = make.moderator()

    do(actions.hide_posts, moderator, [last])

    assert db.get(Topic, newer.id).last_post_id == reply.id
    assert db.get(Board, board.id).last_topic_id == older.id


def test_the_first_post_is_not_hidden_alone(db):
    topic = make.topic()
    first, reply = db.get(Post, topic.first_post_id), make.reply(topic)
    moderator = make.moderator()

    for act in (actions.hide_posts, actions.delete_posts):
        with pytest.raises(Forbidden, match="Hide or delete the topic instead"):
            do(act, moderator, [reply, first])
    db.expire_all()
    assert db.get(Post, reply.id).is_published


def test_what_an_author_deleted_can_be_restored(db):
    board = make.board()
    topic, author = make.topic(board), make.viewer()
    reply = make.reply(topic, author)
    moderator = make.moderator()
    do(post_actions.delete_own_post, author, reply, topic, make.facts(board))
    assert log() == []

    do(actions.restore_posts, moderator, [reply])

    assert db.get(Post, reply.id).is_published


def test_what_was_deleted_too_long_ago_stays_deleted(db):
    reply = make.reply(make.topic())
    moderator = make.moderator()
    do(actions.delete_posts, moderator, [reply])
    reply = db.get(Post, reply.id)
    with make.transaction():
        reply.state_at = now() - dt.timedelta(days=31)

    with pytest.raises(Forbidden):
        do(actions.restore_posts, moderator, [reply])


def test_recommended_replies_carry_a_note_and_can_be_taken_back(db):
    topic = make.topic()
    reply = make.reply(topic)
    moderator, member = make.moderator(), make.viewer()

    do(actions.recommend_posts, moderator, [reply], "The whole answer.")
    [pick] = recommended_posts(member, topic)
    assert (pick.id, pick.recommend_note, pick.recommended_by.id) == (reply.id, "The whole answer.", moderator.id)

    do(actions.withdraw_recommendations, moderator, [reply])
    assert recommended_posts(member, topic) == []
    assert log() == [("recommend_post", "The whole answer."), ("unrecommend_post", "")]


def test_a_recommended_reply_that_is_hidden_is_not_shown_to_members(db):
    topic = make.topic()
    reply = make.reply(topic)
    moderator, member = make.moderator(), make.viewer()
    do(actions.recommend_posts, moderator, [reply], "")

    do(actions.hide_posts, moderator, [reply])

    assert recommended_posts(member, topic) == []


def test_posts_of_several_topics_are_hidden_together(db):
    first, second = make.topic(), make.topic()
    posts = [make.reply(first), make.reply(second), make.reply(second)]
    moderator = make.moderator()

    do(actions.hide_posts, moderator, posts, "spam")

    assert (db.get(Topic, first.id).post_count, db.get(Topic, second.id).post_count) == (1, 1)
    assert log() == [("hide_post", "spam")] * 3


def test_a_moderators_edit_is_in_the_log_and_an_authors_is_not(db):
    board, author = make.board(), make.viewer()
    topic = make.topic(board, author)
    first = db.get(Post, topic.first_post_id)
    author, moderator = make.viewer(db.get(User, author.id)), make.moderator()

    do(post_actions.edit_post, author, first, topic, make.facts(board), post_actions.Edit("mine", "typo"))
    assert log() == []
    do(
        post_actions.edit_topic_opening,
        moderator,
        first,
        topic,
        make.facts(board),
        post_actions.Edit("ours", "calmer", title="A calmer title"),
    )

    assert log() == [("retitle_topic", ""), ("edit_post", "calmer")]
