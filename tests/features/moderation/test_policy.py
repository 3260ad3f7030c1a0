"""Who may keep order, and what not even moderators may do."""

from __future__ import annotations

import datetime as dt

from app.features.accounts.models import Right
from app.features.moderation import policy
from app.features.moderation.models import LogEntry
from app.features.posts.models import Post
from app.features.topics.models import DELETED, HIDDEN
from app.kernel.clock import now
from tests import make

MONTH_AND_A_DAY = dt.timedelta(days=31)


def test_only_staff_enter_the_moderators_pages(db):
    board = make.board()

    assert policy.may_enter(make.moderator())
    assert policy.may_enter(make.board_moderator(board))
    assert policy.may_enter(make.admin())
    assert not policy.may_enter(make.viewer())
    assert not policy.may_enter(make.guest())


def test_moderators_change_topics_of_their_own_boards_only(db):
    board, other = make.board(), make.board()
    mine, foreign = make.topic(board), make.topic(other)
    moderator = make.board_moderator(board)

    assert policy.may_change_topic(moderator, mine)
    assert not policy.may_change_topic(moderator, foreign)
    assert not policy.may_change_topic(make.viewer(), mine)
    assert not policy.may_change_topic(make.guest(), mine)
    assert policy.may_change_topic(make.admin(), foreign)


def test_nobody_moderates_a_board_they_may_not_read(db):
    board = make.private_board(moderators=Right(0))
    topic = make.topic(board, make.admin())

    assert not policy.may_change_topic(make.board_moderator(board), topic)


def test_a_link_can_be_deleted_but_not_locked(db):
    topic = make.topic()
    link = make.topic(link_to_id=topic.id)
    moderator = make.moderator()

    assert policy.may_delete_topic(moderator, link)
    assert not policy.may_change_topic(moderator, link)
    assert not policy.may_delete_topic(make.viewer(), link)


def test_what_was_deleted_is_restored_within_thirty_days(db):
    old = make.topic(state=DELETED, state_at=now() - MONTH_AND_A_DAY)
    fresh = make.topic(state=DELETED, state_at=now() - dt.timedelta(days=29))
    hidden = make.topic(state=HIDDEN, state_at=now() - MONTH_AND_A_DAY)
    moderator = make.moderator()

    assert not policy.may_restore_topic(moderator, old, now())
    assert policy.may_restore_topic(moderator, fresh, now())
    assert policy.may_restore_topic(moderator, hidden, now())
    assert not policy.may_restore_topic(make.viewer(), fresh, now())


def test_topics_move_to_boards_one_moderates_or_may_write_in(db):
    source = make.board()
    topic = make.topic(source)
    open_board, closed = make.board(), make.board(members=make.READER)
    category = make.board(is_category=True)
    private = make.private_board()
    moderator = make.board_moderator(source)

    assert policy.may_move_topic(moderator, topic, make.facts(open_board))
    assert not policy.may_move_topic(moderator, topic, make.facts(closed))
    assert not policy.may_move_topic(moderator, topic, make.facts(category))
    assert not policy.may_move_topic(moderator, topic, make.facts(private))
    assert not policy.may_move_topic(moderator, topic, make.facts(source))
    assert not policy.may_move_topic(make.viewer(), topic, make.facts(open_board))


def test_topics_merge_into_published_ones_where_one_may_write(db):
    board, other = make.board(), make.board()
    topic, target = make.topic(board), make.topic(other)
    locked, hidden = make.topic(other, locked_at=now()), make.topic(other, state=HIDDEN)
    away = make.topic(make.private_board(), make.admin())
    moderator = make.board_moderator(board)

    assert policy.may_merge_topics(moderator, topic, target)
    assert not policy.may_merge_topics(moderator, target, topic)
    assert not policy.may_merge_topics(moderator, topic, topic)
    assert not policy.may_merge_topics(moderator, topic, locked)
    assert policy.may_merge_topics(make.moderator(), topic, locked)
    assert not policy.may_merge_topics(make.moderator(), topic, hidden)
    assert not policy.may_merge_topics(moderator, topic, away)


def test_what_is_hidden_is_not_published_by_moving_its_posts(db):
    hidden, open_topic = make.topic(state=HIDDEN), make.topic()
    moderator = make.moderator()

    assert not policy.may_take_posts(moderator, hidden)
    assert policy.may_take_posts(moderator, open_topic)


def test_the_first_post_is_neither_hidden_nor_recommended_alone(db):
    topic = make.topic()
    first, reply = db.get(Post, topic.first_post_id), make.reply(topic)
    moderator = make.moderator()

    assert not policy.may_hide_post(moderator, first, topic)
    assert policy.may_hide_post(moderator, reply, topic)
    assert not policy.may_recommend(moderator, first, topic)
    assert policy.may_recommend(moderator, reply, topic)
    assert not policy.may_hide_post(make.viewer(), reply, topic)
    assert not policy.may_recommend(make.viewer(), reply, topic)


def test_a_hidden_reply_is_restored_but_not_recommended(db):
    topic = make.topic()
    moderator, member = make.moderator(), make.viewer()
    reply = make.reply(topic)
    reply.state, reply.state_at = HIDDEN, now()

    assert not policy.may_recommend(moderator, reply, topic)
    assert policy.may_restore_post(moderator, reply, topic, now())
    assert not policy.may_restore_post(member, reply, topic, now())


def test_members_report_what_others_wrote(db):
    author = make.viewer()
    topic = make.topic(author=author)
    post = db.get(Post, topic.first_post_id)

    assert policy.may_report(make.viewer(), post, topic)
    assert not policy.may_report(author, post, topic)
    assert not policy.may_report(make.guest(), post, topic)


def test_nobody_reports_what_is_hidden_already(db):
    topic = make.topic()
    moderator, member = make.moderator(), make.viewer()
    reply = make.reply(topic)
    reply.state = HIDDEN

    assert not policy.may_report(member, reply, topic)
    assert not policy.may_report(moderator, reply, topic)


def test_the_log_of_a_board_is_for_its_moderators_and_the_rest_for_administrators(db):
    board = make.board()
    here = LogEntry(act="lock_topic", board_id=board.id)
    elsewhere = LogEntry(act="lock_topic", board_id=make.board().id)
    of_the_site = LogEntry(act="set_rights", board_id=board.id)
    moderator = make.board_moderator(board)

    assert policy.may_read_entry(moderator, here)
    assert not policy.may_read_entry(moderator, elsewhere)
    assert not policy.may_read_entry(moderator, of_the_site)
    assert policy.may_read_entry(make.admin(), of_the_site)
    assert not policy.may_read_entry(make.viewer(), here)
