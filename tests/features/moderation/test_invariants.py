"""Whatever moderators do in whatever order, everything that is stored twice agrees and no post gets lost."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import contains_eager

from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts
from app.features.follows import actions as follows
from app.features.moderation import actions
from app.features.posts import actions as post_actions
from app.features.posts.models import Post
from app.features.ratings import actions as ratings
from app.features.reactions import actions as reactions
from app.features.topics.models import DELETED, MERGED, Topic
from app.features.topics.queries import find_merged_into
from app.kernel.db import session, transaction
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.operate.check import differences
from tests import make

OFTEN = ["merge", "split", "split into", "move and link"] * 5  # they are refused more often than the others
WHICH = st.integers(0, 50)
ACTS = {
    "move": lambda c: actions.move_topics(c.by, [c.topic], c.board, leave_link=False),
    "move and link": lambda c: actions.move_topics(c.by, [c.topic], c.board, leave_link=True),
    "merge": lambda c: actions.merge_topics(c.by, [c.topic], c.other),
    "split": lambda c: actions.split_into_new_topic(c.by, c.posts, c.board, "Split off"),
    "split into": lambda c: actions.split_into_topic(c.by, c.posts, c.other),
    "hide posts": lambda c: actions.hide_posts(c.by, c.posts),
    "delete posts": lambda c: actions.delete_posts(c.by, c.posts),
    "restore posts": lambda c: actions.restore_posts(c.by, c.posts),
    "hide topic": lambda c: actions.hide_topics(c.by, [c.topic]),
    "delete topic": lambda c: actions.delete_topics(c.by, [c.topic]),
    "restore topic": lambda c: actions.restore_topics(c.by, [c.topic]),
    "recommend": lambda c: actions.recommend_posts(c.by, c.posts, "good"),
    "reply": lambda c: post_actions.reply(c.by, c.topic, "One more."),
    "rate": lambda c: ratings.rate(c.member, c.topic, c.topic.id % 5 + 1),
    "follow": lambda c: follows.follow_topic(c.member, c.topic, frequency="daily", is_anonymous=False),
    "react": lambda c: reactions.react(c.member, c.posts[0], c.posts[0].topic, "heart"),
}
OFTEN = ["merge", "split", "split into", "move and link"] * 5  # they are refused more often than the others
WHICH = st.integers(0, 50)
STEPS = st.lists(
    st.tuples(st.sampled_from([*OFTEN, *sorted(ACTS)]), WHICH, WHICH, st.lists(WHICH, min_size=1, max_size=3)),
    min_size=3,
    max_size=14,
)


@dataclass(frozen=True)
class Choice:
    """What one step is about."""

    by: Viewer
    member: Viewer
    topic: Topic
    other: Topic
    board: BoardFacts
    posts: list[Post]


class Forum:
    """A small forum and one moderator who does what the steps say, as far as the rules let them."""

    def __init__(self):
        self.boards = [make.board(), make.board(), make.private_board(counts_posts=False)]
        for board in self.boards[:2]:
            for _ in range(2):
                make.topic(board, replies=2)
        make.topic(self.boards[2], make.admin(), replies=0)
        self.moderator, self.member = make.admin(), make.viewer()
        self.facts = [make.facts(board) for board in self.boards]

    def topics(self):
        return list(session.scalars(sa.select(Topic).order_by(Topic.id)))

    def posts(self):
        with_topics = sa.select(Post).join(Topic, Topic.id == Post.topic_id).options(contains_eager(Post.topic))
        return list(session.scalars(with_topics.order_by(Post.id)))

    def step(self, what, first, second, several):
        topics, posts = self.topics(), self.posts()
        chosen = Choice(
            by=self.moderator,
            member=self.member,
            topic=topics[first % len(topics)],
            other=topics[second % len(topics)],
            board=self.facts[second % len(self.facts)],
            posts=[posts[index] for index in {number % len(posts) for number in several}],
        )
        with transaction():
            ACTS[what](chosen)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_any_sequence_of_acts_leaves_everything_in_order(db, steps):
    forum = Forum()
    before = set(session.scalars(sa.select(Post.id)))

    for step in steps:
        with contextlib.suppress(Forbidden, Invalid, NotFound):
            forum.step(*step)
        session.expire_all()
        assert differences(session) == []

    assert before <= set(session.scalars(sa.select(Post.id)))
    for topic in forum.topics():
        if topic.state == MERGED:
            target = find_merged_into(topic.id, forum.moderator)
            assert target is not None
            assert target.state != MERGED
        elif topic.link_to_id is not None:
            assert session.get(Topic, topic.link_to_id).state in {"published", "hidden", DELETED}
