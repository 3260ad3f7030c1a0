"""Pinning, featuring, locking, hiding, deleting and restoring topics."""

from __future__ import annotations

import datetime as dt

import pytest

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.moderation import actions
from app.features.posts import policy as post_policy
from app.features.topics.models import DELETED, HIDDEN, PUBLISHED, Topic
from app.features.topics.policy import may_read
from app.kernel.clock import now
from app.kernel.errors import Forbidden, NotFound
from app.operate.check import differences
from tests import make
from tests.features.moderation.doing import do, log

ACTS = (
    actions.pin_topics,
    actions.unpin_topics,
    actions.feature_topics,
    actions.unfeature_topics,
    actions.lock_topics,
    actions.unlock_topics,
    actions.hide_topics,
    actions.delete_topics,
    actions.restore_topics,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_no_act_is_for_members_or_moderators_of_other_boards(db, act):
    topic = make.topic()
    other = make.board_moderator(make.board())

    for stranger in (make.guest(), make.viewer(), other):
        with pytest.raises(Forbidden):
            do(act, stranger, [topic])

    assert log() == []


@pytest.mark.parametrize(
    ("on", "off", "column"),
    [
        (actions.pin_topics, actions.unpin_topics, "pinned_at"),
        (actions.feature_topics, actions.unfeature_topics, "featured_at"),
        (actions.lock_topics, actions.unlock_topics, "locked_at"),
    ],
)
def test_a_mark_is_set_once_and_taken_off_again(db, on, off, column):
    topic = make.topic()
    moderator = make.board_moderator(db.get(Board, topic.board_id))

    do(on, moderator, [topic], "for the fair")
    do(on, moderator, [topic], "again")
    assert getattr(db.get(Topic, topic.id), column) is not None
    do(off, moderator, [topic], "over")

    assert getattr(db.get(Topic, topic.id), column) is None
    assert log() == [(on.__name__[:-1], "for the fair"), (off.__name__[:-1], "over")]


def test_a_locked_topic_takes_replies_of_moderators_only(db):
    topic = make.topic()
    moderator, member = make.moderator(), make.viewer()

    do(actions.lock_topics, moderator, [topic])

    topic = db.get(Topic, topic.id)
    assert not post_policy.may_reply(member, topic)
    assert post_policy.may_reply(moderator, topic)


@pytest.mark.parametrize(("act", "state"), [(actions.hide_topics, HIDDEN), (actions.delete_topics, DELETED)])
def test_a_removed_topic_counts_nowhere_until_it_is_restored(db, act, state):
    board, author = make.board(), make.viewer()
    topic = make.topic(board, author, replies=2)
    moderator, member = make.moderator(), make.viewer()

    do(act, moderator, [topic], "advertising")
    topic, row = db.get(Topic, topic.id), db.get(Board, board.id)
    assert (topic.state, topic.state_reason, topic.state_by_id) == (state, "advertising", moderator.id)
    assert (row.topic_count, row.post_count, row.last_topic_id) == (0, 0, None)
    assert db.get(User, author.id).post_count == 0
    assert not may_read(member, topic)
    assert may_read(moderator, topic)

    do(actions.restore_topics, moderator, [topic], "was a mistake")
    row = db.get(Board, board.id)
    assert (row.topic_count, row.post_count, row.last_topic_id) == (1, 3, topic.id)
    assert db.get(User, author.id).post_count == 1
    assert may_read(member, db.get(Topic, topic.id))
    assert log() == [(act.__name__[:-1], "advertising"), ("restore_topic", "was a mistake")]


def test_several_topics_are_changed_together_or_not_at_all(db):
    mine, foreign = make.topic(), make.topic()
    moderator = make.board_moderator(db.get(Board, mine.board_id))

    with pytest.raises(Forbidden):
        do(actions.hide_topics, moderator, [mine, foreign])

    db.expire_all()
    assert db.get(Topic, mine.id).state == PUBLISHED
    assert log() == []


def test_what_was_deleted_too_long_ago_stays_deleted(db):
    topic = make.topic()
    moderator = make.moderator()
    do(actions.delete_topics, moderator, [topic])
    topic = db.get(Topic, topic.id)
    with make.transaction():
        topic.state_at = now() - dt.timedelta(days=31)

    with pytest.raises(Forbidden, match="30 days"):
        do(actions.restore_topics, moderator, [topic])


def test_a_topic_that_is_gone_is_not_found(db):
    topic = make.topic()
    moderator = make.moderator()
    ghost = Topic(id=topic.id + 1000, board_id=topic.board_id)

    with pytest.raises(NotFound):
        do(actions.pin_topics, moderator, [ghost])
    assert differences(db) == []
