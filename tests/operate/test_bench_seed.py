"""A seeded forum has the size that was asked for, holds together, and goes on like any other."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app.features.accounts.models import ADMINISTRATORS, MEMBERS, MODERATORS, Right, User
from app.features.accounts.passwords import is_right
from app.features.accounts.queries import guest, viewer_of
from app.features.boards.models import Board
from app.features.boards.queries import get_board, tree
from app.features.follows.models import Follow
from app.features.moderation.models import LogEntry, Report
from app.features.notifications.models import Notification
from app.features.posts import actions as posts
from app.features.posts.models import Post, Revision
from app.features.ratings.models import Rating
from app.features.reactions import actions as reactions
from app.features.reactions.models import Reaction
from app.features.site.queries import use_version
from app.features.topics.models import HIDDEN, Topic, TopicRead
from app.kernel import markup, migrate
from app.kernel.clock import now
from app.kernel.db import own_session, session, transaction
from app.operate.bench.plan import MEMBER_ID
from app.operate.bench.seed import PASSWORD, NotEmptyError, seed
from app.operate.bench.size import ImpossibleSizeError, Size
from app.operate.check import differences
from tests import databases

SIZE = Size(members=60, topics=90, posts=1_500, longest=400)
TINY = Size(members=10, topics=8, posts=60, longest=30, boards=3)


@pytest.fixture(scope="module", params=databases.KINDS)
def seeded(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeded")
    with databases.empty(request.param, folder) as url, databases.opened(url) as engine:
        migrate.upgrade(engine)
        seed(SIZE)
        with own_session():
            use_version(None)
            yield engine


def count(model, *where):
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


def test_everything_in_it_agrees(seeded):
    assert differences(session) == []


def test_it_has_the_size_that_was_asked_for(seeded):
    lengths = session.scalars(sa.select(Topic.post_count).order_by(Topic.post_count.desc())).all()

    assert (count(User), count(Topic), count(Post), count(Board)) == (60, 90, 1_500, 6)
    assert lengths[0] == 400
    assert lengths[1] < 400
    assert lengths[-1] == 1
    assert session.scalar(sa.select(sa.func.max(Board.topic_count))) > 80


def test_every_kind_of_thing_is_in_it(seeded):
    for model in (Follow, Rating, Reaction, Revision, Notification, TopicRead, LogEntry, Report):
        assert count(model)
    assert count(Topic, Topic.pinned_at.is_not(None))
    assert count(Post, Post.state == HIDDEN)
    assert count(Post, Post.html.contains('<figure class="quote">'))


def test_its_posts_are_what_the_renderer_gives_for_what_was_typed(seeded):
    for post in session.scalars(sa.select(Post)):
        rendered = markup.render(post.source)
        assert (post.html, post.excerpt) == (rendered.html, markup.excerpt(rendered.text))
        assert markup.clean_text(post.source) == post.source


def test_ids_follow_time_and_nothing_is_in_the_future(seeded):
    times = session.scalars(sa.select(Post.created_at).order_by(Post.id)).all()

    assert list(times) == sorted(times)
    for moment in (Post.created_at, Post.edited_at, User.created_at, Reaction.created_at, Follow.created_at):
        assert session.scalar(sa.select(sa.func.max(moment))) <= now()


def test_nobody_writes_or_reacts_before_joining_nor_to_themselves(seeded):
    wrote = sa.select(Post.id).join(User, User.id == Post.author_id).where(Post.created_at < User.created_at)
    reacted = sa.select(Reaction.post_id).join(User, User.id == Reaction.user_id)
    own = sa.select(Reaction.post_id).join(Post, Post.id == Reaction.post_id)

    assert session.scalars(wrote).all() == []
    assert session.scalars(reacted.where(Reaction.created_at < User.created_at)).all() == []
    assert session.scalars(own.where(Reaction.user_id == Post.author_id)).all() == []


@pytest.mark.parametrize(
    ("name", "group"),
    [("bench-admin", ADMINISTRATORS), ("bench-moderator", MODERATORS), ("bench-member", MEMBERS)],
)
def test_three_can_sign_in_with_the_password_everyone_knows(seeded, name, group):
    user = session.scalar(sa.select(User).where(User.name_key == name))

    assert user.group_id == group
    assert is_right(PASSWORD, user.password_hash)


def test_nobody_else_can(seeded):
    others = session.scalars(sa.select(User.password_hash).where(User.id > MEMBER_ID).distinct()).all()

    assert not any(is_right(PASSWORD, password_hash) for password_hash in others)


def test_only_staff_read_the_last_board(seeded):
    office = tree().boards[-1]

    assert office.id not in guest().rights
    assert office.id not in viewer_of(session.get(User, MEMBER_ID)).rights
    assert all(board.id in guest().rights for board in tree().boards[:-1])


def test_it_goes_on_like_any_forum(seeded):
    """Ids continue where the seeding ended, and counters count on. Stands last: it changes the forum."""
    member = viewer_of(session.get(User, MEMBER_ID))
    longest = session.scalar(sa.select(Topic).order_by(Topic.post_count.desc()).limit(1))
    board = get_board(1, member)
    assert member.rights[1] & Right.START

    with transaction():
        answer = posts.reply(member, longest, "One more.")
    with transaction():
        opening = posts.start_topic(member, board, "A new one", "Is this thing on?")
    first = session.get(Post, 1)
    with transaction():
        reactions.react(member, first, session.get(Topic, first.topic_id), "heart")

    assert (answer.id, opening.id, opening.topic_id) == (1_501, 1_502, 91)
    assert answer.position == 401
    assert differences(session) == []


def test_the_same_number_gives_the_same_forum_and_another_one_another(tmp_path):
    with time_machine.travel(dt.datetime(2026, 3, 14, 9, 0, tzinfo=dt.UTC)):
        first = contents(tmp_path / "a", TINY)
    with time_machine.travel(dt.datetime(2026, 3, 14, 18, 0, tzinfo=dt.UTC)):
        again = contents(tmp_path / "b", TINY)
        other = contents(tmp_path / "c", Size(members=10, topics=8, posts=60, longest=30, boards=3, seed=2))

    assert first == again
    assert first != other


def test_a_forum_with_anything_in_it_is_left_alone(tmp_path):
    with databases.empty("sqlite", tmp_path) as url, databases.opened(url) as engine:
        migrate.upgrade(engine)
        seed(TINY)

        with pytest.raises(NotEmptyError):
            seed(TINY)

        with own_session():
            assert count(Post) == 60


def test_sqlite_keeps_its_write_ahead_log_afterwards(tmp_path):
    with databases.empty("sqlite", tmp_path) as url, databases.opened(url) as engine:
        migrate.upgrade(engine)
        seed(TINY)

        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


@pytest.mark.parametrize(
    ("size", "word"),
    [
        ({"members": 2, "topics": 5, "posts": 50, "longest": 20}, "members"),
        ({"members": 20, "topics": 50, "posts": 60, "longest": 20}, "too few"),
        ({"members": 20, "topics": 2, "posts": 60, "longest": 20}, "do not fit"),
    ],
)
def test_impossible_sizes_are_refused_in_words(size, word):
    with pytest.raises(ImpossibleSizeError, match=word):
        Size(**size)


@pytest.mark.parametrize("boards", [1, 2, 9])
def test_any_number_of_boards_will_do(tmp_path, boards):
    with databases.empty("sqlite", tmp_path) as url, databases.opened(url) as engine:
        migrate.upgrade(engine)
        seed(Size(members=10, topics=1, posts=30, longest=30, boards=boards))

        with own_session():
            use_version(None)
            assert len(tree().boards) == boards
            assert differences(session) == []


def contents(folder, size):
    """Every row of the tables that matter, but for the hashes, which are salted."""
    folder.mkdir()
    with databases.empty("sqlite", folder) as url, databases.opened(url) as engine:
        migrate.upgrade(engine)
        seed(size)
        with own_session():
            return [
                session.execute(
                    sa.select(*[c for c in model.__table__.c if c.name != "password_hash"]).order_by(
                        *model.__table__.primary_key
                    )
                ).all()
                for model in (User, Board, Topic, Post, Reaction, Follow, Rating, TopicRead, Notification)
            ]
