"""A rule for one thing and the same rule for lists are one rule: asked over every state, as every kind of viewer."""

import pytest
import sqlalchemy as sa

from app.features.accounts import granting
from app.features.accounts.models import Membership, Right, User
from app.features.boards import policy as board_policy
from app.features.boards.models import Board
from app.features.moderation import policy as moderation_policy
from app.features.moderation.log import record
from app.features.moderation.models import LogEntry
from app.features.posts import policy as post_policy
from app.features.posts.models import Post
from app.features.topics import policy as topic_policy
from app.features.topics.models import DELETED, HIDDEN, MERGED, PUBLISHED, Topic
from app.kernel.clock import now
from app.kernel.db import transaction
from tests import make

STATES = (PUBLISHED, HIDDEN, DELETED)


@pytest.fixture
def forum(db):
    """Boards of every openness, in each a topic of every state, in each a post of every state; and who looks."""
    boss = make.admin()
    author = make.viewer()
    opened, closed = make.board(), make.private_board()
    boards = [opened, closed, make.board(guests=Right(0)), make.board(guests=Right.SEE, members=Right.SEE)]
    for board in boards:
        last = None
        for state in (*STATES, MERGED):
            last = fill(db, board, (boss, author), state, last)
        with transaction():
            record(boss, "hide_post", board_id=board.id, reason="because")
    with transaction():
        record(boss, "edit_settings")
        group = granting.add_group(boss, name="Crew", title="", is_team=False, is_admin=False)
        granting.grant(boss, closed.id, {group.id: make.READER})
        crew = make_member_of(db, group)
    return {
        "guest": make.guest(),
        "member": make.viewer(),
        "author": make.viewer(db.get(User, author.id)),
        "board moderator": make.board_moderator(opened),
        "moderator of a board nobody shows them": make.board_moderator(closed),
        "member of a private group": make.viewer(crew),
        "moderator": make.moderator(),
        "administrator": make.admin(),
    }


def make_member_of(db, group):
    user = User(
        name="Crew",
        name_key="crew",
        slug="crew",
        email="crew@forum.test",
        email_key="crew@forum.test",
        password_hash="-",
        group_id=make.MEMBERS,
        preferences={},
    )
    db.add(user)
    db.flush()
    db.add(Membership(user_id=user.id, group_id=group.id))
    return user


def fill(db, board, writers, state, before):
    boss, author = writers
    topic = make.topic(board, boss, title=f"A {state} topic")
    for post_state in STATES:
        post = make.reply(topic, boss, f"A {post_state} post.")
        with transaction():
            post.author_id, post.state, post.state_at = author.id, post_state, now()
    with transaction():
        topic.author_id, topic.state, topic.state_at = author.id, state, now()
        if state == MERGED:
            topic.merged_into_id = before.id
        else:
            link = Topic(board_id=board.id, author_id=author.id, title="Moved", slug="moved", link_to_id=topic.id)
            db.add(link)
    return topic


def disagreements(forum, listed, one_by_one):
    """Viewers for whom the ids of the list and the ids let through one by one are not the same."""
    return [who for who, viewer in forum.items() if set(listed(viewer)) != set(one_by_one(viewer))]


def test_boards(db, forum):
    boards = db.scalars(sa.select(Board)).all()

    assert not disagreements(
        forum,
        lambda viewer: db.scalars(sa.select(Board.id).where(board_policy.visible_to(viewer))),
        lambda viewer: (board.id for board in boards if board_policy.may_read_board(viewer, board.id)),
    )


def test_topics(db, forum):
    topics = db.scalars(sa.select(Topic)).all()

    assert not disagreements(
        forum,
        lambda viewer: db.scalars(sa.select(Topic.id).where(topic_policy.visible_to(viewer))),
        lambda viewer: (topic.id for topic in topics if topic_policy.may_read(viewer, topic)),
    )


def test_posts(db, forum):
    joined = sa.select(Post.id).join(Topic, Topic.id == Post.topic_id)
    posts = db.execute(sa.select(Post, Topic).join(Topic, Topic.id == Post.topic_id)).all()

    assert not disagreements(
        forum,
        lambda viewer: db.scalars(joined.where(post_policy.visible_to(viewer))),
        lambda viewer: (post.id for post, topic in posts if post_policy.may_read(viewer, post, topic)),
    )


def test_log_entries(db, forum):
    entries = db.scalars(sa.select(LogEntry)).all()

    assert not disagreements(
        forum,
        lambda viewer: db.scalars(sa.select(LogEntry.id).where(moderation_policy.entries_visible_to(viewer))),
        lambda viewer: (entry.id for entry in entries if moderation_policy.may_read_entry(viewer, entry)),
    )


def test_what_is_seen_differs_from_viewer_to_viewer(db, forum):
    """Otherwise the tests above would agree about nothing."""
    seen = {
        who: len(db.scalars(sa.select(Topic.id).where(topic_policy.visible_to(viewer))).all())
        for who, viewer in forum.items()
    }

    assert seen["guest"] < seen["member"] < seen["board moderator"] < seen["moderator"] <= seen["administrator"]
    assert seen["member"] < seen["member of a private group"]
    assert seen["member"] == seen["moderator of a board nobody shows them"]
