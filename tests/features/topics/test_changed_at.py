"""A topic's `changed_at` moves with what search engines read of it, with nothing else, and never back."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from app.features.boards.models import Board
from app.features.follows import actions as follows
from app.features.moderation import actions as moderation
from app.features.posts import actions as posts
from app.features.posts.actions.change import Edit
from app.features.posts.actions.whole_board import move_all_topics
from app.features.posts.models import Post
from app.features.ratings import actions as ratings
from app.features.reactions import actions as reactions
from app.features.topics import actions as topic_actions
from app.features.topics.counting import count_view, flush_views
from app.features.topics.models import Topic
from app.kernel.clock import now
from app.kernel.db import transaction
from tests import make

LONG_AGO = dt.datetime(2020, 2, 3, 4, 5, 6, tzinfo=dt.UTC)


class Forum:
    """Two topics in one board and one in another; nothing changed since long ago."""

    def __init__(self, db):
        self.db = db
        self.near, self.far = make.board("Harbour"), make.board("Hills")
        self.ann, self.ben, self.mod, self.admin = make.viewer(), make.viewer(), make.moderator(), make.admin()
        self.topic = make.topic(self.near, self.ann, title="Nets and knots")
        for _ in range(3):
            make.reply(self.topic, self.ben)
        self.other = make.topic(self.near, self.ben, title="Tide tables", replies=1)
        self.remote = make.topic(self.far, self.ben, title="Sheep on the road")
        self.harbour, self.hills = make.facts(self.near, self.admin), make.facts(self.far, self.admin)
        self.set(LONG_AGO)

    def set(self, moment):
        with transaction():
            self.db.execute(sa.update(Topic).values(changed_at=moment))
        self.db.expire_all()

    @property
    def changed(self):
        """Which of the topics have changed since long ago."""
        self.db.expire_all()
        return {name for name in ("topic", "other", "remote") if getattr(self, name).changed_at != LONG_AGO}

    def post(self, number):
        shown = self.db.query(Post).filter_by(topic_id=self.topic.id).order_by(Post.position, Post.id)
        return shown.all()[number]

    def bring(self, act, number):
        """Do something to a post, in a transaction of its own, as if it was long ago."""
        with transaction():
            act(self.mod, [self.post(number)])
        self.set(LONG_AGO)

    def edit(self, source, **more):
        post = self.post(0)
        edit = Edit(source, "", post.edit_count, **more)
        act = posts.edit_topic_opening if more else posts.edit_post
        act(self.ann, post, self.topic, self.harbour, edit)


MOVES = {
    "a reply": ({"topic"}, lambda f: posts.reply(f.ann, f.topic, "Sheet bend for two ropes.")),
    "an edit": ({"topic"}, lambda f: f.edit("Figure eight, sometimes.")),
    "a title": ({"topic"}, lambda f: f.edit("The 6:40 is gone.", title="Knots")),
    "an own deletion": (
        {"topic"},
        lambda f: posts.delete_own_post(f.ben, f.post(2), f.topic, f.harbour),
    ),
    "a hidden post": ({"topic"}, lambda f: moderation.hide_posts(f.mod, [f.post(1)])),
    "a deleted post": ({"topic"}, lambda f: moderation.delete_posts(f.mod, [f.post(1)])),
    "a recommended post": ({"topic"}, lambda f: moderation.recommend_posts(f.mod, [f.post(1)], "Well said")),
    "a hidden topic": ({"topic"}, lambda f: moderation.hide_topics(f.mod, [f.topic])),
    "a deleted topic": ({"topic"}, lambda f: moderation.delete_topics(f.mod, [f.topic])),
    "a move": ({"topic"}, lambda f: moderation.move_topics(f.mod, [f.topic], f.hills, leave_link=True)),
    "a merge": ({"topic", "other"}, lambda f: moderation.merge_topics(f.mod, [f.topic], f.other)),
    "a split": ({"topic", "remote"}, lambda f: moderation.split_into_topic(f.mod, [f.post(2)], f.remote)),
    "a split into a new one": (
        {"topic"},
        lambda f: moderation.split_into_new_topic(f.mod, [f.post(2)], f.hills, "New ropes"),
    ),
    "a whole board's move": ({"topic", "other"}, lambda f: move_all_topics(f.admin, f.near.id, f.far.id)),
}
UNDOES = {
    "a restored post": (moderation.hide_posts, moderation.restore_posts),
    "a withdrawn recommendation": (moderation.recommend_posts, moderation.withdraw_recommendations),
}
LEAVES = {
    "a reaction": lambda f: reactions.react(f.ann, f.post(1), f.topic, "heart"),
    "a rating": lambda f: ratings.rate(f.ben, f.topic, 4),
    "a follow": lambda f: follows.follow_topic(f.ben, f.topic, frequency="daily", is_anonymous=False),
    "a read mark": lambda f: topic_actions.mark_read(f.ben, f.topic, f.topic.last_post_id),
    "a pin": lambda f: moderation.pin_topics(f.mod, [f.topic]),
    "a lock": lambda f: moderation.lock_topics(f.mod, [f.topic]),
    "an equal text": lambda f: f.edit("The 6:40 is gone."),
    "a renamed board": lambda f: setattr(f.db.get(Board, f.near.id), "name", "Quay"),
}


@pytest.mark.parametrize("act", MOVES)
def test_what_search_engines_read_dates_the_topic(act, db):
    forum, (moved, do) = Forum(db), MOVES[act]
    before = now()

    with transaction():
        do(forum)

    assert forum.changed == moved
    assert all(before <= getattr(forum, name).changed_at <= now() for name in moved)


@pytest.mark.parametrize("act", UNDOES)
def test_what_is_taken_back_dates_the_topic_too(act, db):
    forum, (do, undo) = Forum(db), UNDOES[act]
    forum.bring(do, 1)

    with transaction():
        undo(forum.mod, [forum.post(1)])

    assert forum.changed == {"topic"}


def test_a_restored_topic_has_changed(db):
    forum = Forum(db)
    with transaction():
        moderation.hide_topics(forum.mod, [forum.topic])
    forum.set(LONG_AGO)

    with transaction():
        moderation.restore_topics(forum.mod, [forum.topic])

    assert forum.changed == {"topic"}


@pytest.mark.parametrize("act", LEAVES)
def test_what_they_do_not_read_does_not(act, db):
    forum = Forum(db)

    with transaction():
        LEAVES[act](forum)

    assert forum.changed == set()


def test_a_view_does_not_either(db):
    forum = Forum(db)

    count_view(forum.topic.id)
    flush_views()

    assert forum.changed == set()


@pytest.mark.parametrize("act", ["a reply", "an edit", "a hidden post", "a recommended post"])
def test_it_never_moves_back(act, db):
    forum = Forum(db)
    ahead = now() + dt.timedelta(days=1)
    forum.set(ahead)

    with transaction():
        MOVES[act][1](forum)

    db.expire_all()
    assert forum.topic.changed_at == ahead
