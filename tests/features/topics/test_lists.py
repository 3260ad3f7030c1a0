"""A board's pages hold every topic once, wherever their last posts are, and are numbered alike for everyone."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from app.features.boards.models import Board
from app.features.moderation import actions as moderation
from app.features.posts.actions.totals import recount_boards
from app.features.topics.models import HIDDEN, Shelf, Topic
from app.features.topics.queries import Sort, page_of_topics, paging_of
from app.features.topics.queries.lists import SORTED_PAGES
from app.kernel.db import MAX_ID, transaction
from app.operate.check.rules import RULES
from tests import make

SIZE = 10


def many_topics(db, board, last_post_ids, **more):
    """Topics without posts: lists look at topics only."""
    author = make.user()
    rows = [
        {
            "board_id": board.id,
            "author_id": author.id,
            "title": f"Topic {number}",
            "slug": "topic",
            "created_at": make.now(),
            "last_post_id": number,
            **more,
        }
        for number in last_post_ids
    ]
    with transaction():
        db.execute(sa.insert(Topic), rows)
        recount_boards([board.id])


def walked(db, board, viewer, sort=Sort.LAST_REPLY):
    """The last posts of the topics on each page, from the first page to the last."""
    row = db.get(Board, board.id, populate_existing=True)
    last = paging_of(row, 1, SIZE, sort).last
    return [
        [t.last_post_id for t in page_of_topics(board.id, viewer, paging_of(row, number, SIZE, sort), sort)]
        for number in range(1, last + 1)
    ]


def shelves_are_right(db):
    rule = next(rule for rule in RULES if "shelves" in rule.sentence)
    return db.scalars(rule.broken).all() == []


@pytest.mark.parametrize("furthest", [400, 9_000, 3_000_000, MAX_ID - 1])
def test_pages_hold_every_topic_once_however_far_apart_their_posts_are(db, furthest):
    board, ids = make.board(), sorted(random.Random(4).sample(range(1, furthest), 333), reverse=True)
    many_topics(db, board, ids)
    many_topics(db, make.board(), range(1, 50))

    found = walked(db, board, make.guest())

    assert found == [ids[start : start + SIZE] for start in range(0, 333, SIZE)]


def test_a_new_reply_moves_an_old_topic_and_its_place(db):
    board = make.board()
    topic = make.topic(board)
    many_topics(db, board, range(topic.last_post_id + 1000, topic.last_post_id + 1300))
    assert walked(db, board, make.guest())[-1] == [topic.last_post_id]
    let_posts_begin_at(db, topic.last_post_id + 5000)

    reply = make.reply(topic)

    found = walked(db, board, make.guest())
    assert found[0][0] == reply.id == max(i for page in found for i in page)
    assert len({i for page in found for i in page}) == 301
    assert shelves_are_right(db)
    assert not db.scalars(sa.select(Shelf.topics).where(Shelf.topics <= 0)).all()


def let_posts_begin_at(db, post_id):
    is_sqlite = db.get_bind().dialect.name == "sqlite"
    of_sqlite = "UPDATE sqlite_sequence SET seq = :last WHERE name = 'posts'"
    of_postgresql = "SELECT setval(pg_get_serial_sequence('posts', 'id'), :last)"
    db.execute(sa.text(of_sqlite if is_sqlite else of_postgresql), {"last": post_id})
    db.commit()


def test_links_and_hidden_topics_stand_between_the_others_without_a_number(db):
    board, elsewhere, staff = make.board(), make.board(), make.private_board()
    moderator, reader = make.moderator(), make.viewer()
    many_topics(db, board, range(100_000, 100_000 + 2 * 40, 2))
    target, secret = make.topic(elsewhere), make.topic(staff, moderator)
    many_topics(db, board, [100_021], link_to_id=target.id)
    many_topics(db, board, [100_041], link_to_id=secret.id)
    many_topics(db, board, [100_061], state=HIDDEN)

    pages = {who.id: walked(db, board, who) for who in (make.guest(), reader, moderator)}

    numbered = [[i for i in page if i % 2 == 0] for page in pages[None]]
    assert numbered == [list(range(100_078 - 20 * n, 100_058 - 20 * n, -2)) for n in range(4)]
    assert pages[None] == pages[reader.id]
    assert [i for page in pages[None] for i in page if i % 2] == [100_021]
    assert [i for page in pages[moderator.id] for i in page if i % 2] == [100_061, 100_041, 100_021]
    assert [[i for i in page if i % 2 == 0] for page in pages[moderator.id]] == numbered
    assert all(page == sorted(page, reverse=True) for page in pages[moderator.id])


def test_a_board_with_nothing_but_links_lists_them(db):
    board, target = make.board(), make.topic()
    many_topics(db, board, [7, 9], link_to_id=target.id)

    assert walked(db, board, make.guest()) == [[9, 7]]


def test_pinning_hiding_and_moving_leave_the_shelves_right(db):
    board, other, moderator = make.board(), make.board(), make.moderator()
    several, place = [make.topic(board) for _ in range(4)], make.facts(other)

    for act in (moderation.pin_topics, moderation.hide_topics, moderation.restore_topics, moderation.unpin_topics):
        with transaction():
            act(moderator, several[:2])
        assert shelves_are_right(db)
    with transaction():
        moderation.move_topics(moderator, several[1:3], place, leave_link=True)

    assert shelves_are_right(db)
    assert db.get(Board, board.id, populate_existing=True).pinned_count == 0


@pytest.mark.parametrize("sort", [Sort.START, Sort.REPLIES, Sort.VIEWS, Sort.RATING])
def test_other_orders_end_after_some_pages(db, sort):
    board = make.board()
    many_topics(db, board, range(1, SORTED_PAGES * SIZE + 30))

    found = walked(db, board, make.guest(), sort)

    assert len(found) == SORTED_PAGES
    assert len({i for page in found for i in page}) == SORTED_PAGES * SIZE


def test_where_another_order_ends_the_page_says_so(client, db):
    board = make.board()
    many_topics(db, board, range(1, SORTED_PAGES * 25 + 30))
    address = f"/board/{board.id}-{board.slug}/page/"

    end = client().get(f"{address}{SORTED_PAGES}/?sort=views").text
    before = client().get(f"{address}{SORTED_PAGES - 1}/?sort=views").text

    assert "In this order only the first 500 topics are listed." in end
    assert "In this order only" not in before
    assert client().get(f"{address}{SORTED_PAGES + 1}/?sort=views").status_code == 404
    assert client().get(f"{address}{SORTED_PAGES + 1}/").status_code == 200
