"""Moving topics to another board, with and without a link."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.moderation import actions
from app.features.topics.models import DELETED, MERGED, Topic
from app.features.topics.queries import Sort, find_merged_into, page_of_topics, topics_by_id
from app.kernel.clock import now
from app.kernel.errors import Forbidden
from app.kernel.paging import Paging
from tests import make
from tests.features.moderation.doing import do, log


def links_to(db, topic):
    return list(db.scalars(sa.select(Topic).where(Topic.link_to_id == topic.id).order_by(Topic.id)))


def listed(board, viewer):
    return [topic.id for topic in page_of_topics(board.id, viewer, Paging(1, 25, 25), Sort.LAST_REPLY)]


def move(viewer, topic, board, *, leave_link=False, reason=""):
    return do(actions.move_topics, viewer, [topic], make.facts(board), leave_link=leave_link, reason=reason)


def test_a_moved_topic_counts_in_its_new_board(db):
    old, new = make.board(), make.board()
    topic = make.topic(old, replies=2)
    moderator = make.moderator()

    move(moderator, topic, new, reason="belongs there")

    assert db.get(Topic, topic.id).board_id == new.id
    assert (db.get(Board, old.id).topic_count, db.get(Board, old.id).last_topic_id) == (0, None)
    assert (db.get(Board, new.id).post_count, db.get(Board, new.id).last_topic_id) == (3, topic.id)
    assert links_to(db, topic) == []
    assert log() == [("move_topic", "belongs there")]


def test_a_link_stands_in_the_old_board_where_the_topic_stood(db):
    old, new = make.board(), make.board()
    topic, newer = make.topic(old), make.topic(old)
    older = make.topic(old)
    make.reply(topic)
    make.reply(newer)
    moderator, member = make.moderator(), make.viewer()

    move(moderator, topic, new, leave_link=True)

    [link] = links_to(db, topic)
    assert (link.board_id, link.post_count, link.title) == (old.id, 0, topic.title)
    assert listed(old, member) == [newer.id, link.id, older.id]
    assert db.get(Board, old.id).topic_count == 2


def test_a_link_is_not_listed_for_those_who_may_not_read_the_new_board(db):
    old, private = make.board(), make.private_board()
    topic = make.topic(old)
    moderator, member = make.moderator(), make.viewer()

    move(moderator, topic, private, leave_link=True)

    assert listed(old, moderator) == [links_to(db, topic)[0].id]
    assert listed(old, member) == []


def test_a_link_vanishes_when_its_topic_comes_back_and_its_address_leads_on(db):
    old, new = make.board(), make.board()
    topic = make.topic(old)
    moderator = make.moderator()
    move(moderator, topic, new, leave_link=True)
    [link] = links_to(db, topic)

    move(moderator, topic, old, leave_link=True)

    [link_in_new] = links_to(db, topic)
    assert link_in_new.board_id == new.id
    assert db.get(Topic, link.id).state == MERGED
    assert find_merged_into(link.id, moderator).id == topic.id
    assert listed(old, moderator) == [topic.id]


def test_no_link_is_left_of_what_is_hidden(db):
    old, new = make.board(), make.board()
    topic = make.topic(old)
    moderator = make.moderator()
    do(actions.hide_topics, moderator, [topic])

    move(moderator, db.get(Topic, topic.id), new, leave_link=True)

    assert links_to(db, topic) == []


def test_moving_to_a_board_that_does_not_count_takes_posts_off_the_authors_totals(db):
    old, private = make.board(), make.private_board(counts_posts=False)
    author = make.viewer()
    topic = make.topic(old, author, replies=1)
    moderator = make.moderator()
    assert db.get(User, author.id).post_count == 1

    move(moderator, topic, private)
    assert db.get(User, author.id).post_count == 0

    move(moderator, topic, old)
    assert db.get(User, author.id).post_count == 1


def test_a_pin_does_not_go_along_to_a_board_one_does_not_moderate(db):
    old, new = make.board(), make.board()
    topic = make.topic(old, pinned_at=now())
    kept = make.topic(old, pinned_at=now())
    of_one, of_all = make.board_moderator(old), make.moderator()

    move(of_one, topic, new)
    move(of_all, kept, new)

    assert not db.get(Topic, topic.id).is_pinned
    assert db.get(Topic, kept.id).is_pinned


def test_topics_do_not_move_to_where_one_may_not_write(db):
    old = make.board()
    topic = make.topic(old)
    places = [make.board(members=make.READER), make.private_board(), make.board(is_category=True)]
    moderator = make.board_moderator(old)

    for place in places:
        with pytest.raises(Forbidden):
            move(moderator, topic, place)
    db.expire_all()
    assert db.get(Topic, topic.id).board_id == old.id
    assert log() == []


def test_members_and_moderators_of_other_boards_move_nothing(db):
    topic, new = make.topic(), make.board()

    for stranger in (make.viewer(), make.board_moderator(new), make.guest()):
        with pytest.raises(Forbidden):
            move(stranger, topic, new)


def test_a_link_can_be_deleted_alone_and_restored(db):
    old, new = make.board(), make.board()
    topic = make.topic(old)
    moderator, member = make.moderator(), make.viewer()
    move(moderator, topic, new, leave_link=True)
    [link] = links_to(db, topic)

    do(actions.delete_topics, moderator, [link])
    assert db.get(Topic, link.id).state == DELETED
    assert listed(old, member) == []
    assert listed(new, member) == [topic.id]

    do(actions.restore_topics, moderator, [link])
    assert listed(old, member) == [link.id]
    assert link.id in topics_by_id([link.id], member)
