"""Eight people at once, members and moderators, on databases that are not rolled back: nothing is lost or miscounted."""

import random
import threading
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.queries import viewer_of
from app.features.boards.models import Board
from app.features.boards.queries import get_board
from app.features.follows import actions as follows
from app.features.follows.models import Follow
from app.features.moderation import actions as moderation
from app.features.notifications import actions as notifications
from app.features.posts import actions as posts
from app.features.posts.models import Post
from app.features.ratings import actions as ratings
from app.features.reactions import actions as reactions
from app.features.reactions.models import KINDS
from app.features.site.queries import use_version
from app.features.topics import actions as topics
from app.features.topics.counting import count_view, flush_views
from app.features.topics.models import MERGED, Topic
from app.kernel import background, jobs, migrate
from app.kernel.db import own_session, session, transaction
from app.kernel.errors import Busy, StoaError
from app.operate.check import differences
from tests import databases, make

PEOPLE, SECONDS, LEAST_TURNS = 8, 6.0, 60


@pytest.fixture(params=databases.KINDS)
def forum(request, tmp_path):
    with databases.empty(request.param, tmp_path) as url, databases.opened(url) as engine:
        migrate.upgrade(engine)
        yield make_forum()


def make_forum():
    """Three boards, one of which does not count posts, a dozen topics, four members and four moderators."""
    boards = [make.board(), make.board(), make.board(counts_posts=False)]
    people = [make.user(group_id=make.MODERATORS if n % 2 else make.MEMBERS).id for n in range(PEOPLE)]
    for number in range(12):
        make.topic(boards[number % 3], make.viewer(), title=f"Topic {number}", replies=4)
    return people, [board.id for board in boards]


class Person:
    """Does one thing after the other until time is up, and remembers what surprised it."""

    def __init__(self, number, user_id, board_ids, until):
        self.dice = random.Random(number)
        self.user_id, self.board_ids, self.until = user_id, board_ids, until
        self.done, self.refused, self.surprises = Counter(), Counter(), []
        self.doing, self.turns = "", 0
        self.thread = threading.Thread(target=self.act, name=f"person {number}")

    def act(self):
        while time.monotonic() < self.until or self.turns < LEAST_TURNS:
            self.turns += 1
            try:
                with own_session():
                    use_version(None)
                    self.do_something()
                if self.dice.random() < 0.2:
                    self.doing = "job"
                    jobs.run_next()
            except Busy as error:  # two waited for each other: the order of locks was broken
                self.surprises.append(f"{self.doing}: {error.__cause__}")
            except StoaError as error:
                self.refused[type(error).__name__] += 1
            except Exception as error:  # noqa: BLE001  (the test shows whatever it was)
                self.surprises.append(f"{self.doing}: {error!r}")

    def do_something(self):
        me = viewer_of(session.get(User, self.user_id))
        standing = session.scalars(
            sa.select(Topic).where(Topic.state != MERGED, Topic.link_to_id.is_(None)).order_by(Topic.id)
        ).all()
        topic, other = self.dice.choice(standing), self.dice.choice(standing)
        there = session.scalars(sa.select(Post).where(Post.topic_id == topic.id).order_by(Post.id)).all()
        some = self.dice.sample(there, min(len(there), self.dice.randint(1, 3)))
        board = get_board(self.dice.choice(self.board_ids), me)
        here = get_board(topic.board_id, me)
        how = {"frequency": "immediate", "is_anonymous": False}
        mine = session.scalars(sa.select(Follow.id).where(Follow.user_id == me.id)).all()
        quoted = f"> [Someone wrote](/post/{some[0].id}/):\n> words\n\nYes." if some else "Yes."
        ways = {
            "reply": lambda: posts.reply(me, topic, quoted),
            "reply again": lambda: posts.reply(me, topic, "No."),
            "start": lambda: posts.start_topic(me, board, "A new topic", "Its opening."),
            "edit": lambda: posts.edit_post(me, some[0], topic, here, posts.Edit(str(self.dice.random()))),
            "take back": lambda: posts.delete_own_post(me, some[0], topic, here),
            "rate": lambda: ratings.rate(me, topic, self.dice.randint(1, 5)),
            "rate no more": lambda: ratings.withdraw(me, topic),
            "react": lambda: reactions.react(me, some[0], topic, self.dice.choice(KINDS)),
            "follow topic": lambda: follows.follow_topic(me, topic, **how),
            "follow board": lambda: follows.follow_board(me, board, **how),
            "follow member": lambda: follows.follow_member(me, topic.author_id, **how),
            "unfollow": lambda: follows.unfollow(me, mine),
            "look": lambda: count_view(topic.id),
            "mark read": lambda: topics.mark_read(me, topic, there[-1].id if there else 0),
            "read news": lambda: notifications.mark_all_read(me),
        }
        if me.moderates_all:
            ways |= {
                "hide posts": lambda: moderation.hide_posts(me, some, "because"),
                "restore posts": lambda: moderation.restore_posts(me, some),
                "delete posts": lambda: moderation.delete_posts(me, some),
                "recommend": lambda: moderation.recommend_posts(me, some, "look"),
                "hide topic": lambda: moderation.hide_topics(me, [topic]),
                "restore topic": lambda: moderation.restore_topics(me, [topic]),
                "move": lambda: moderation.move_topics(me, [topic, other], board, leave_link=self.dice.random() < 0.5),
                "merge": lambda: moderation.merge_topics(me, [other], topic),
                "split": lambda: moderation.split_into_new_topic(me, some, board, "Split off"),
                "split into": lambda: moderation.split_into_topic(me, some, other),
                "lock": lambda: moderation.lock_topics(me, [topic]),
                "unlock": lambda: moderation.unlock_topics(me, [topic]),
            }
        self.doing = (
            list(ways)[(self.turns + self.user_id) % len(ways)] if self.turns % 2 else self.dice.choice(list(ways))
        )
        with transaction():
            ways[self.doing]()
        self.done[self.doing] += 1


def test_counters_and_places_hold_while_eight_people_do_everything_at_once(forum):
    user_ids, board_ids = forum
    until = time.monotonic() + SECONDS
    people = [Person(number, user_id, board_ids, until) for number, user_id in enumerate(user_ids)]

    for person in people:
        person.thread.start()
    for person in people:
        person.thread.join(120)
    while jobs.run_next():
        pass
    background.flush_all()

    done = sum((person.done for person in people), Counter())
    assert [surprise for person in people for surprise in person.surprises] == []
    assert {"reply", "rate", "react", "move", "merge", "hide posts", "split"} <= done.keys()
    with own_session():
        assert differences(session) == []
        assert session.scalar(sa.select(sa.func.count()).select_from(Board)) == len(board_ids)


def test_the_same_form_sent_by_eight_browsers_at_once_makes_one_post(forum):
    user_ids, _ = forum
    made, surprises = [], []

    def send():
        try:
            with own_session():
                use_version(None)
                me, topic = viewer_of(session.get(User, user_ids[0])), session.get(Topic, 1)
                with transaction():
                    made.append(posts.reply(me, topic, "Once.", posts.submission_key_of("form", "Once.")).id)
        except Exception as error:  # noqa: BLE001
            surprises.append(repr(error))

    threads = [threading.Thread(target=send) for _ in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not surprises
    assert len(set(made)) == 1
    assert len(made) == PEOPLE


def test_views_counted_in_memory_arrive(forum):
    for _ in range(5):
        count_view(1)
    flush_views()

    with own_session():
        assert session.get(Topic, 1).view_count == 5
