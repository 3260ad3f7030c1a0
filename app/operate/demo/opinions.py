"""Stars, reactions, follows and what members were told."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.features.follows.models import Follow
from app.features.notifications import actions as notifications
from app.features.notifications.models import Notification
from app.features.posts.models import Post
from app.features.ratings.models import Rating
from app.features.reactions.models import Reaction
from app.kernel.db import session
from app.operate.demo import script
from app.operate.demo.stage import Stage, Told

KINDS = ("thumb", "thumb", "heart", "heart", "bulb", "smile", "smile", "frown")
MOST_REACTIONS = 6
HEARD_DAYS = 4
UNREAD_DAYS = 1
STAFF_BOARD = "The Back Room"

BOARD_FOLLOWS = (
    ("Bram", "News and Affairs", "immediate", False),
    ("Wen Li", "News and Affairs", "daily", False),
    ("Marguerite Blythe", "News and Affairs", "weekly", True),
    ("Yuki", "Photography", "immediate", False),
    ("Juno Pike", "On the Water", "daily", False),
    ("Leif", "On the Water", "immediate", False),
    ("Hester", "Gardens and Wild Places", "immediate", False),
    ("kettle_on", "The Long Table", "weekly", False),
    ("Priya N", "Recipes", "daily", True),
)
MEMBER_FOLLOWS = (
    ("Yuki", "Elena Marsh", "immediate", False),
    ("Juno Pike", "Gull Watcher", "immediate", False),
    ("Noor Salim", "Bram", "daily", False),
    ("Rufus", "Mabel T", "weekly", True),
    ("Bram", "Marguerite Blythe", "immediate", False),
)


def opine(stage: Stage) -> None:
    for told in stage.told:
        _rate(stage, told)
        if told.talk.board != STAFF_BOARD and not told.talk.hidden_because:
            _react(stage, told)
    _follow_own_topics()
    for name, board, frequency, is_anonymous in BOARD_FOLLOWS:
        _follow(stage, name, frequency, is_anonymous=is_anonymous, board_id=stage.board(board).id)
    for name, other, frequency, is_anonymous in MEMBER_FOLLOWS:
        _follow(stage, name, frequency, is_anonymous=is_anonymous, member_id=stage.user(other).id)
    session.flush()


def hear(stage: Stage) -> None:
    """Tell members of the newest posts what they would have been told, as far as they had not read it."""
    recent = sa.select(Post).where(Post.created_at > stage.ago(timedelta(days=HEARD_DAYS))).order_by(Post.id)
    for post in session.scalars(recent).all():
        notifications.tell_some(post.id, 0)
    posted_at = sa.select(Post.created_at).where(Post.id == Notification.post_id).scalar_subquery()
    session.execute(sa.update(Notification).values(created_at=posted_at).execution_options(synchronize_session=False))
    session.execute(
        sa.update(Notification)
        .where(Notification.created_at < stage.ago(timedelta(days=UNREAD_DAYS)))
        .values(read_at=Notification.created_at)
        .execution_options(synchronize_session=False)
    )


def _rate(stage: Stage, told: Told) -> None:
    raters = stage.chance.sample(list(stage.people.values()), len(told.talk.stars))
    at = told.posts[-1].created_at
    session.add_all(
        Rating(topic_id=told.topic.id, user_id=user.id, stars=stars, created_at=at)
        for user, stars in zip(raters, told.talk.stars, strict=True)
    )


def _react(stage: Stage, told: Told) -> None:
    for post, line in zip(told.posts, told.talk.lines, strict=True):
        others = [user for user in stage.people.values() if user.id != post.author_id]
        count = stage.chance.choice((0, 0, 0, 1, 1, 2, 3, MOST_REACTIONS if line.is_recommended else 2))
        session.add_all(
            Reaction(post_id=post.id, user_id=user.id, kind=stage.chance.choice(KINDS), created_at=post.created_at)
            for user in stage.chance.sample(others, count)
        )


def _follow_own_topics() -> None:
    """Members follow what they write in from when they first did; some want to hear less, some not to be seen."""
    wrote = (
        sa.select(
            Post.author_id,
            Post.topic_id,
            sa.case((Post.author_id % 4 == 0, "daily"), (Post.author_id % 7 == 0, "none"), else_="immediate"),
            Post.author_id % 6 == 0,
            sa.func.min(Post.created_at),
        )
        .group_by(Post.author_id, Post.topic_id)
        .order_by(sa.func.min(Post.id))
    )
    columns = ["user_id", "topic_id", "frequency", "is_anonymous", "created_at"]
    session.execute(sa.insert(Follow).from_select(columns, wrote))


def _follow(stage: Stage, name: str, frequency: str, *, is_anonymous: bool, **target: int) -> None:
    session.add(
        Follow(
            user_id=stage.user(name).id,
            frequency=frequency,
            is_anonymous=is_anonymous,
            created_at=stage.ago(script.age("30d")),
            **target,
        )
    )
