"""`stoa check` finds every counter that is wrong and every row that must not be, and mends what can be counted."""

import pytest
import sqlalchemy as sa

from app.features.accounts.models import GUESTS, MEMBERS, Grant, User
from app.features.boards.models import Board
from app.features.follows import actions as follows
from app.features.notifications import actions as notifications
from app.features.notifications.models import Notification
from app.features.posts.models import Post
from app.features.ratings import actions as ratings
from app.features.reactions import actions as reactions
from app.features.topics.models import MERGED, Shelf, Topic
from app.kernel.clock import now
from app.kernel.db import transaction
from app.operate.check import differences, mend
from app.operate.check.counters import COUNTERS
from app.operate.check.rules import RULES
from tests import make


@pytest.fixture
def forum(db):
    """A little of everything that is counted."""
    board = make.board()
    reader, author = make.viewer(), make.viewer()
    topic, other = make.topic(board, author, replies=2), make.topic(board, author)
    with transaction():
        follows.follow_topic(reader, topic, frequency="immediate", is_anonymous=False)
        follows.follow_board(reader, make.facts_of(board), frequency="daily", is_anonymous=True)
        follows.follow_member(reader, author.member_id, frequency="daily", is_anonymous=True)
        ratings.rate(reader, topic, 4)
    post = make.reply(topic, author)
    with transaction():
        reactions.react(reader, post, topic, "heart")
        notifications.tell_some(post.id, 0)
    return {"board": board, "topic": topic, "other": other, "post": post}


def test_a_forum_that_was_only_used_agrees(db, forum):
    assert differences(db) == []
    assert db.scalar(sa.select(sa.func.count()).select_from(Notification))


@pytest.mark.parametrize("counter", COUNTERS, ids=lambda counter: counter.name)
def test_a_wrong_counter_is_found_and_mended(db, forum, counter):
    db.commit()
    column = sa.select(counter.column).order_by(counter.column.class_.id)
    right = db.execute(column).all()
    moment = "at" in counter.column.key.split("_")
    with transaction():
        db.execute(sa.update(counter.column.class_).values({counter.column: wrong_value(db, counter, moment=moment)}))

    found = [line for line in differences(db) if line.startswith(f"{counter.name} of ")]
    db.commit()
    with transaction():
        mended = mend(db)

    assert found
    assert any(line.startswith(counter.name) for line in mended)
    assert differences(db) == []
    assert db.execute(column).all() == right


def wrong_value(db, counter, *, moment):
    if moment:
        return now()
    if counter.column.key == "author_id":
        return db.scalar(sa.select(sa.func.max(User.id)))
    return 77


def test_wrong_positions_are_found_and_mended(db, forum):
    db.commit()
    with transaction():
        db.execute(sa.update(Post).values(position=Post.position + 3))

    assert any(line.startswith("posts.position of") for line in differences(db))
    db.commit()
    with transaction():
        mend(db)
    assert differences(db) == []


BROKEN = {
    "has no published post but is neither a link nor merged": lambda f: [
        sa.update(Post).where(Post.topic_id == f["other"].id).values(state="hidden"),
        sa.update(Topic).where(Topic.id == f["other"].id).values(post_count=0),
    ],
    "is a link or merged but holds posts": lambda f: [
        sa.update(Topic).where(Topic.id == f["other"].id).values(link_to_id=f["topic"].id)
    ],
    "is merged into nothing, or merged into another without being marked so": lambda f: [
        sa.update(Topic).where(Topic.id == f["other"].id).values(merged_into_id=f["topic"].id)
    ],
    "is merged into itself": lambda f: [
        sa.update(Topic).where(Topic.id == f["other"].id).values(state=MERGED, merged_into_id=f["other"].id)
    ],
    "is a link that leads to another link or to a merged topic": lambda f: [
        sa.update(Topic).where(Topic.id == f["other"].id).values(link_to_id=f["topic"].id),
        sa.update(Topic).where(Topic.id == f["topic"].id).values(link_to_id=f["other"].id),
    ],
    "has an unknown state": lambda f: [
        sa.update(Topic).where(Topic.id == f["topic"].id).values(state="lost"),
        sa.update(Post).where(Post.id == f["post"].id).values(state="lost"),
    ],
    "is recommended but opens its topic": lambda f: [
        sa.update(Post).where(Post.id == f["topic"].first_post_id).values(recommended_at=now())
    ],
    "is below itself": lambda f: [sa.update(Board).where(Board.id == f["board"].id).values(parent_id=f["board"].id)],
    "is a category but holds topics": lambda _: [sa.update(Board).values(is_category=True)],
    "its shelves do not hold the topics of its list": lambda _: [sa.update(Shelf).values(topics=Shelf.topics + 1)],
    "is shown to a group that cannot see the board around it": lambda f: [
        sa.insert(Board).values(id=900, name="Inner", slug="inner", parent_id=f["board"].id, created_at=now()),
        sa.insert(Grant).values(board_id=900, group_id=GUESTS, rights=3),
        sa.delete(Grant).where(Grant.board_id == f["board"].id, Grant.group_id == GUESTS),
    ],
    "may be read without being seen, or written in without being read": lambda _: [
        sa.update(Grant).where(Grant.group_id == MEMBERS).values(rights=4)
    ],
    "names another topic than its post's": lambda f: [sa.update(Notification).values(topic_id=f["other"].id)],
}


@pytest.mark.parametrize("sentence", sorted({rule.sentence for rule in RULES}))
def test_a_row_that_must_not_be_is_found(db, forum, sentence):
    db.commit()
    with transaction():
        for statement in BROKEN[sentence](forum):
            db.execute(statement, execution_options={"synchronize_session": False})

    assert any(line.endswith(sentence) for line in differences(db))
