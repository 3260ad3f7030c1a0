"""What administrators do to all topics of a board."""

import pytest

from app.features.accounts.models import User
from app.features.boards import actions as boards
from app.features.boards.models import Board
from app.features.posts.actions import whole_board
from app.features.topics.models import DELETED, Topic
from app.kernel.db import session, transaction
from app.kernel.errors import Forbidden, Invalid
from tests import make


def counters(db, board):
    db.expire_all()
    row = db.get(Board, board.id)
    return row.topic_count, row.post_count, row.last_topic_id


def link(board, topic):
    made = Topic(board_id=board.id, author_id=topic.author_id, title=topic.title, slug=topic.slug, link_to_id=topic.id)
    with transaction():
        session.add(made)
    return made


def test_every_topic_moves_and_both_boards_count_right(db):
    admin, source, target = make.admin(), make.board(), make.board()
    shown, gone = make.topic(source, replies=2), make.topic(source, state=DELETED)
    make.topic(target)

    with transaction():
        moved = whole_board.move_all_topics(admin, source.id, target.id)

    assert moved == 2
    assert counters(db, source) == (0, 0, None)
    assert counters(db, target)[:2] == (2, 4)
    assert {db.get(Topic, t.id).board_id for t in (shown, gone)} == {target.id}


def test_links_to_topics_that_come_beside_them_keep_only_their_address(db):
    admin, source, target = make.admin(), make.board(), make.board()
    topic, other = make.topic(source), make.topic(make.board())
    idle, kept = link(target, topic), link(source, other)

    with transaction():
        whole_board.move_all_topics(admin, source.id, target.id)

    db.expire_all()
    closed = db.get(Topic, idle.id)
    assert (closed.state, closed.merged_into_id, closed.link_to_id) == ("merged", topic.id, None)
    assert db.get(Topic, kept.id).board_id == target.id


def test_totals_of_authors_follow_whether_their_board_counts(db):
    admin, author = make.admin(), make.viewer()
    open_board, quiet = make.board(), make.board(counts_posts=False)
    make.topic(open_board, author, replies=0)
    assert db.get(User, author.id).post_count == 1

    with transaction():
        whole_board.move_all_topics(admin, open_board.id, quiet.id)
    db.expire_all()
    uncounted = db.get(User, author.id).post_count
    facts = make.facts(quiet)
    draft = boards.Draft(facts.name, facts.description, facts.icon, None, counts_posts=True)
    with transaction():
        boards.edit_board(admin, quiet.id, draft)
        whole_board.recount_authors(quiet.id)
    db.expire_all()

    assert uncounted == 0
    assert db.get(User, author.id).post_count == 1


def test_topics_move_only_to_another_board_that_can_hold_them(db):
    admin, board, category = make.admin(), make.board(), make.board(is_category=True)
    make.topic(board)

    for target_id in (board.id, category.id, 999_999):
        with pytest.raises(Invalid), transaction():
            whole_board.move_all_topics(admin, board.id, target_id)


def test_moderators_do_not_move_whole_boards(db):
    moderator, board, target = make.moderator(), make.board(), make.board()

    with pytest.raises(Forbidden), transaction():
        whole_board.move_all_topics(moderator, board.id, target.id)
