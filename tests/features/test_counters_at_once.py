"""Counters stay exact while many members act at the same moment, on databases that are not rolled back."""

import random
import threading

import pytest
import sqlalchemy as sa

from app import connect_tables
from app.features.accounts.models import User
from app.features.accounts.queries import viewer_of
from app.features.boards.models import Board
from app.features.follows import actions as follows
from app.features.follows.models import Follow
from app.features.notifications import actions as notifications
from app.features.notifications.models import Notification
from app.features.posts import actions as posts
from app.features.posts.models import Post
from app.features.presence import places
from app.features.ratings import actions as ratings
from app.features.ratings.models import Rating
from app.features.reactions import actions as reactions
from app.features.reactions.models import KINDS, Reaction
from app.features.site.queries import forget_copies, use_version
from app.features.topics.models import Topic
from app.kernel import db as database
from app.kernel import jobs, migrate
from app.kernel.db import own_session, session, transaction
from tests import make, servers

MEMBERS, TURNS = 8, 25


@pytest.fixture(params=["sqlite", "postgresql"])
def real_database(request, tmp_path):
    """A migrated database of its own, with its own connections."""
    before = database._database.engine
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path / 'stoa.db'}", before)
        return
    if servers.find_postgresql() is None:
        pytest.skip("PostgreSQL is not installed")
    with servers.private_postgresql() as server, servers.private_database(server) as url:
        yield from _opened(url, before)


def _opened(url, before):
    database.close_session()
    engine = database.open_database(url)
    migrate.upgrade(engine)
    connect_tables()
    forget_copies()
    use_version(None)
    places.forget_everyone()
    try:
        yield engine
    finally:
        database.close_session()
        engine.dispose()
        database._database.engine = before
        forget_copies()
        use_version(None)


def turn(dice, user_id, topic_ids, board_id):
    """One thing a member does."""
    me = viewer_of(session.get(User, user_id))
    topic = session.get(Topic, dice.choice(topic_ids))
    post = session.scalars(
        sa.select(Post).where(Post.topic_id == topic.id, Post.author_id != me.id).order_by(sa.func.random()).limit(1)
    ).one()
    other = 1 + (user_id + dice.randrange(1, MEMBERS) - 1) % MEMBERS
    how = {"frequency": "immediate", "is_anonymous": dice.random() < 0.5}
    mine = session.scalars(sa.select(Follow.id).where(Follow.user_id == me.id)).all()
    choice = dice.randrange(9)
    with transaction():
        if choice == 0:
            ratings.rate(me, topic, dice.randint(1, 5))
        elif choice == 1:
            ratings.withdraw(me, topic)
        elif choice == 2:
            reactions.react(me, post, topic, dice.choice(KINDS))
        elif choice == 3:
            follows.follow_topic(me, topic, **how)
        elif choice == 4:
            follows.follow_board(me, make.facts_of(session.get(Board, board_id)), **how)
        elif choice == 5:
            follows.follow_member(me, other, **how)
        elif choice == 6:
            follows.unfollow(me, mine)
        elif choice == 7:
            posts.reply(me, topic, f"> [Someone wrote](/post/{post.id}/):\n> words\n\nYes.")
        else:
            notifications.mark_all_read(me)


def act(number, topic_ids, board_id, errors):
    dice = random.Random(number)
    for _ in range(TURNS):
        try:
            with own_session():
                use_version(None)
                turn(dice, number, topic_ids, board_id)
                places.saw(viewer_of(session.get(User, number)), f"topic:{dice.choice(topic_ids)}")
            if number % 2:
                jobs.run_next()
            if number % 4 == 0:
                places.flush_presence()
        except Exception as error:  # noqa: BLE001  (the test shows whatever it was)
            errors.append(error)


def differences():
    """Counters that are not what a count says."""
    found = []
    stars = (
        sa.select(sa.func.coalesce(sa.func.sum(Rating.stars), 0)).where(Rating.topic_id == Topic.id).scalar_subquery()
    )
    ratings_given = sa.select(sa.func.count()).where(Rating.topic_id == Topic.id).scalar_subquery()
    for column, count in (
        (Topic.rating_sum, stars),
        (Topic.rating_count, ratings_given),
        (Topic.follower_count, sa.select(sa.func.count()).where(Follow.topic_id == Topic.id).scalar_subquery()),
        (Board.follower_count, sa.select(sa.func.count()).where(Follow.board_id == Board.id).scalar_subquery()),
        (User.follower_count, sa.select(sa.func.count()).where(Follow.member_id == User.id).scalar_subquery()),
        (
            User.unread_notification_count,
            sa.select(sa.func.count())
            .where(Notification.user_id == User.id, Notification.read_at.is_(None))
            .scalar_subquery(),
        ),
        (
            User.reputation,
            sa.select(sa.func.count())
            .select_from(Reaction)
            .join(Post, Post.id == Reaction.post_id)
            .where(Post.author_id == User.id)
            .scalar_subquery(),
        ),
    ):
        rows = session.execute(sa.select(column.class_.id, column, count).where(column != count)).all()
        found += [(str(column), *row) for row in rows]
    for topic in session.scalars(sa.select(Topic)):
        score = topic.rating_sum * 1000 // topic.rating_count if topic.rating_count else 0
        found += [("score", topic.id)] if topic.rating_score != score else []
    return found


def test_eight_members_at_once_leave_every_counter_exact(real_database):
    members = [make.user() for _ in range(MEMBERS)]
    board = make.board()
    topic_ids = [make.topic(board, make.viewer(members[i])).id for i in range(3)]
    for topic_id in topic_ids:
        for member in members[:2]:
            make.reply(session.get(Topic, topic_id), make.viewer(member))
    assert [member.id for member in members] == list(range(1, MEMBERS + 1))
    errors = []

    threads = [threading.Thread(target=act, args=(member.id, topic_ids, board.id, errors)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while jobs.run_next():
        pass
    places.flush_presence()

    session.expire_all()
    assert errors == []
    assert differences() == []
    assert session.query(Notification).count()
    assert not session.query(jobs.Job).count()
