"""What a moderator of one board cannot do to another one by moving posts there."""

from __future__ import annotations

import pytest

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.moderation import actions
from app.features.posts.models import Post
from app.features.topics.models import Topic
from app.kernel.db import transaction
from app.kernel.errors import Forbidden
from tests import make


@pytest.fixture
def places(db):
    """A topic in a board the moderator keeps, and one written meanwhile in a board of others, with a reply each."""
    mine = make.board()
    keeper = make.board_moderator(mine)
    here, there = make.topic(mine, replies=1), make.topic(make.board(), replies=1)
    return make.viewer(db.get(User, keeper.id)), here, there


def last_post(db, topic):
    return db.get(Post, db.get(Topic, topic.id).last_post_id)


def test_a_recommendation_ends_where_others_keep_order(db, places):
    keeper, here, there = places
    late = make.reply(here, body="Read me first!")
    with transaction():
        actions.recommend_posts(keeper, [late], "mine")

    with transaction():
        actions.split_into_topic(keeper, [late], there)

    db.expire_all()
    moved = db.get(Post, late.id)
    assert (moved.topic_id, moved.recommended_at, moved.recommend_note) == (there.id, None, "")


def test_a_recommendation_stays_where_one_keeps_order_oneself(db, places):
    _keeper, here, there = places
    everywhere, late = make.moderator(), make.reply(here, body="Read me first!")
    with transaction():
        actions.recommend_posts(everywhere, [late], "good")

    with transaction():
        actions.split_into_topic(everywhere, [late], there)

    db.expire_all()
    assert db.get(Post, late.id).recommend_note == "good"


def test_a_merge_withdraws_recommendations_where_others_keep_order(db, places):
    keeper, here, there = places
    later = make.topic(db.get(Board, here.board_id), replies=1)
    late = last_post(db, later)
    with transaction():
        actions.recommend_posts(keeper, [late], "mine")

    with transaction():
        actions.merge_topics(keeper, [db.get(Topic, later.id)], db.get(Topic, there.id))

    db.expire_all()
    moved = db.get(Post, late.id)
    assert (moved.topic_id, moved.recommended_at) == (there.id, None)


def test_nobody_takes_over_the_opening_of_a_topic_where_others_keep_order(db, places):
    keeper, here, there = places
    opening, everywhere = there.first_post_id, make.moderator()

    with pytest.raises(Forbidden), transaction():
        actions.merge_topics(keeper, [here], there)
    with pytest.raises(Forbidden), transaction():
        actions.split_into_topic(keeper, [last_post(db, here)], there)

    db.expire_all()
    assert db.get(Topic, there.id).first_post_id == opening
    with transaction():
        actions.merge_topics(everywhere, [db.get(Topic, here.id)], db.get(Topic, there.id))
    assert db.get(Topic, there.id).first_post_id != opening
