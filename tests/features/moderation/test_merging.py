"""Making one topic of several."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.follows import actions as follows
from app.features.moderation import actions
from app.features.notifications.models import Notification
from app.features.posts.models import Post
from app.features.posts.queries import get_post
from app.features.ratings import actions as ratings
from app.features.topics import actions as topic_actions
from app.features.topics.models import MERGED, Topic, TopicRead
from app.features.topics.queries import find_merged_into
from app.kernel.clock import now
from app.kernel.db import transaction
from app.kernel.errors import Forbidden, NotFound
from tests import make
from tests.features.moderation.doing import bodies, do, log, posts_in


def test_posts_of_both_topics_stand_in_order_of_time(db):
    first, second = make.topic(body="one"), make.topic(body="two")
    make.reply(first, body="three")
    make.reply(second, body="four")
    moderator = make.moderator()
    all_posts = [post.id for post in [*posts_in(first), *posts_in(second)]]

    do(actions.merge_topics, moderator, [first], second, "same story")

    second = db.get(Topic, second.id)
    assert bodies(second) == ["one", "two", "three", "four"]
    assert (second.post_count, second.author_id) == (4, first.author_id)
    assert {get_post(post_id, moderator)[1].id for post_id in all_posts} == {second.id}
    assert log() == [("merge_topic", "same story")]


def test_the_old_address_leads_to_the_topic_that_stays(db):
    a, b, c = make.topic(), make.topic(), make.topic()
    moderator, member = make.moderator(), make.viewer()

    do(actions.merge_topics, moderator, [a], b)
    do(actions.merge_topics, moderator, [b], c)

    assert (db.get(Topic, a.id).state, db.get(Topic, a.id).post_count) == (MERGED, 0)
    assert find_merged_into(a.id, member).id == c.id
    assert find_merged_into(b.id, member).id == c.id
    assert db.get(Topic, a.id).merged_into_id == c.id


def test_views_add_up(db):
    first, second = make.topic(view_count=30), make.topic(view_count=12)
    moderator = make.moderator()

    do(actions.merge_topics, moderator, [first], second)

    assert db.get(Topic, second.id).view_count == 42


def test_ratings_and_follows_go_along_without_doubles(db):
    first, second = make.topic(), make.topic()
    both, only_first = make.viewer(), make.viewer()
    moderator = make.moderator()
    with transaction():
        ratings.rate(both, first, 1)
        ratings.rate(only_first, first, 3)
        for topic in (first, second):
            follows.follow_topic(both, topic, frequency="daily", is_anonymous=False)
        follows.follow_topic(only_first, first, frequency="weekly", is_anonymous=True)
        ratings.rate(both, second, 5)
    followers = {first.author_id, second.author_id, both.id, only_first.id}

    do(actions.merge_topics, moderator, [first], second)

    second = db.get(Topic, second.id)
    assert (second.rating_sum, second.rating_count, second.rating_score) == (8, 2, 4000)
    assert second.follower_count == len(followers)
    assert db.get(Topic, first.id).follower_count == 0


def test_read_marks_go_along_and_never_back(db):
    first, second = make.topic(replies=2), make.topic(replies=1)
    reader, other = make.viewer(), make.viewer()
    moderator = make.moderator()
    with transaction():
        topic_actions.mark_read(reader, first, first.last_post_id)
        topic_actions.mark_read(reader, second, second.first_post_id)
        topic_actions.mark_read(other, first, first.first_post_id)
    wanted = {reader.id: max(first.last_post_id, second.first_post_id), other.id: first.first_post_id}

    do(actions.merge_topics, moderator, [first], second)

    marks = db.execute(sa.select(TopicRead.user_id, TopicRead.topic_id, TopicRead.post_id))
    assert {(user, topic): post for user, topic, post in marks} == {(u, second.id): p for u, p in wanted.items()}


def test_notifications_name_the_topic_that_stays(db):
    first, second = make.topic(), make.topic()
    reply = make.reply(first)
    member, moderator = make.viewer(), make.moderator()
    with transaction():
        db.add(
            Notification(user_id=member.id, kind="reply", actor_id=reply.author_id, topic_id=first.id, post_id=reply.id)
        )
        db.get(User, member.id).unread_notification_count = 1

    do(actions.merge_topics, moderator, [first], second)

    assert db.scalars(sa.select(Notification.topic_id)).all() == [second.id]


def test_links_lead_to_the_topic_that_stays_or_vanish_beside_it(db):
    here, away, third = make.board(), make.board(), make.board()
    first, second = make.topic(third), make.topic(here)
    moderator = make.moderator()
    do(actions.move_topics, moderator, [first], make.facts(here), leave_link=True)
    do(actions.move_topics, moderator, [first], make.facts(away), leave_link=True)
    in_third, in_here = db.scalars(sa.select(Topic).where(Topic.link_to_id == first.id).order_by(Topic.id))

    do(actions.merge_topics, moderator, [first], second)

    assert db.get(Topic, in_third.id).link_to_id == second.id
    assert (db.get(Topic, in_here.id).state, db.get(Topic, in_here.id).merged_into_id) == (MERGED, second.id)


def test_hidden_posts_stay_hidden_and_keep_their_places(db):
    first, second = make.topic(body="one"), make.topic(body="two")
    hidden = make.reply(first, body="hidden")
    make.reply(second, body="three")
    moderator = make.moderator()
    do(actions.hide_posts, moderator, [hidden])

    do(actions.merge_topics, moderator, [db.get(Topic, first.id)], second)

    assert bodies(second) == ["one", "two", "three"]
    assert db.get(Post, hidden.id).position == 2


def test_merging_across_boards_counts_both_boards_and_the_authors(db):
    public, private = make.board(), make.private_board(counts_posts=False)
    author = make.viewer()
    first = make.topic(public, author)
    second = make.topic(private, make.admin())
    moderator = make.moderator()

    do(actions.merge_topics, moderator, [first], second)

    assert (db.get(Board, public.id).topic_count, db.get(Board, private.id).post_count) == (0, 2)
    assert db.get(User, author.id).post_count == 0


def test_several_topics_merge_at_once(db):
    topics = [make.topic(body=str(number)) for number in range(4)]
    moderator = make.moderator()

    do(actions.merge_topics, moderator, topics[1:], topics[0], "all one")

    assert bodies(topics[0]) == ["0", "1", "2", "3"]
    assert log() == [("merge_topic", "all one")] * 3


def test_merging_needs_moderation_here_and_a_word_there(db):
    here, closed = make.board(), make.board(members=make.READER)
    first, second = make.topic(here), make.topic(closed, make.admin())
    locked = make.topic(make.board(), locked_at=now())
    of_here, of_closed = make.board_moderator(here), make.board_moderator(closed)

    for who, target in ((of_here, second), (of_here, locked), (of_closed, second), (make.viewer(), second)):
        with pytest.raises(Forbidden):
            do(actions.merge_topics, who, [first], target)
    with pytest.raises(Forbidden):
        do(actions.merge_topics, make.moderator(), [first], first)
    assert log() == []


def test_a_merged_topic_is_not_merged_twice(db):
    first, second = make.topic(), make.topic()
    moderator = make.moderator()
    do(actions.merge_topics, moderator, [first], second)

    with pytest.raises((Forbidden, NotFound)):
        do(actions.merge_topics, moderator, [first], second)
