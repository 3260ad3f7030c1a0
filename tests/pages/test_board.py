"""The index, boards and the lists across them."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from app.addresses import board_url, topic_url
from app.features.accounts.models import Right
from app.features.topics.models import Topic
from app.kernel.db import transaction
from tests import make


def address(board, page=1):
    return board_url(board.id, board.slug, page)


def titles(html: str) -> list[str]:
    page = BeautifulSoup(html, "html.parser")
    return [a.get_text() for a in page.select(".topic-list h3 a")]


def test_the_index_shows_categories_boards_and_sub_boards(client, db):
    category = make.board("Town and Coast", is_category=True)
    board = make.board("On the Water", parent=category)
    make.board("For sale", parent=board)
    make.topic(board, title="Which knots do you really use?", replies=2)

    page = BeautifulSoup(client().get("/").text, "html.parser")

    text = page.get_text(" ", strip=True)
    assert [h.get_text() for h in page.select(".section-head h2")] == ["Town and Coast"]
    assert page.select_one(".board-list h3 a")["href"] == address(board)
    assert page.select_one(".sub-boards a").get_text() == "For sale"
    assert "Which knots do you really use?" in text
    assert re.search(r"\b1 topic\b", text)
    assert re.search(r"\b3 posts\b", text)


def test_a_private_board_is_nowhere_on_the_index(client, db):
    make.board("Open")
    hidden = make.private_board("Staff room")
    make.topic(hidden, make.moderator(), title="Who is trouble")

    for browser in (client(), client(make.viewer())):
        text = browser.get("/").text
        assert "Staff room" not in text
        assert "Who is trouble" not in text
    assert "Staff room" in client(make.moderator()).get("/").text


def test_counts_and_last_posts_of_unreadable_sub_boards_stay_inside(client, db):
    board = make.board("Open")
    make.topic(make.private_board("Secret", parent=board), make.moderator(), title="Hush")

    text = client().get("/").text

    assert "Hush" not in text
    assert "No topics yet" in text


def test_a_board_that_may_be_seen_but_not_read_says_so(client, db):
    board = make.board("Members only", guests=Right.SEE)
    make.topic(board, title="Inside")

    answer = client().get(address(board))

    assert answer.status_code == 403
    assert "Sign in to read the topics of this board." in answer.text
    assert "Inside" not in client().get("/").text


def test_a_board_shown_for_the_boards_in_it_says_why_its_own_topics_are_not(client, db):
    outer = make.board("Harbour", guests=Right.SEE)
    make.board("Boats", parent=outer)

    answer = client().get(address(outer))

    assert answer.status_code == 200
    assert "Boats" in answer.text
    assert "Sign in to read the topics of this board." in answer.text


def test_a_category_in_a_category_leads_to_its_place_on_the_index(client, db):
    town = make.board("Town", is_category=True)
    inner = make.board("Old Town", parent=town, is_category=True)

    answer = client().get(address(inner))

    assert answer.location == f"/#board-{inner.id}"
    assert f'id="board-{inner.id}"' in client().get("/").text


def test_pinned_topics_come_first_and_only_on_the_first_page(client, db):
    board = make.board()
    make.topic(board, title="Read this first", pinned_at=make.now())
    for number in range(30):
        make.topic(board, title=f"Topic {number}")

    assert titles(client().get(address(board)).text)[0] == "Read this first"
    assert "Read this first" not in titles(client().get(address(board, 2)).text)


def test_pages_together_hold_every_topic_once(client, db):
    board = make.board()
    for number in range(55):
        make.topic(board, title=f"Topic {number}")

    seen = [title for page in (1, 2, 3) for title in titles(client().get(address(board, page)).text)]

    assert seen == [f"Topic {number}" for number in reversed(range(55))]
    assert client().get(address(board, 4)).status_code == 404


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("last-reply", "Old but active"),
        ("start", "New"),
        ("replies", "Old but active"),
        ("views", "Seen"),
        ("rating", "Loved"),
    ],
)
def test_lists_are_sorted_as_asked(client, db, sort, first):
    board = make.board()
    active = make.topic(board, title="Old but active")
    make.topic(board, title="Seen", view_count=500)
    make.topic(board, title="Loved", rating_sum=10, rating_count=2, rating_score=5000)
    make.topic(board, title="New")
    make.reply(active)

    assert titles(client().get(f"{address(board)}?sort={sort}").text)[0] == first


def test_an_unknown_order_is_the_usual_one(client, db):
    board = make.board()
    make.topic(board)

    assert client().get(f"{address(board)}?sort=%00'--").status_code == 200


def test_members_see_what_is_unread_until_they_read_it(client, db):
    board, member = make.board(), make.viewer()
    topic = make.topic(board)
    browser = client(member)

    assert "First unread post" in browser.get(address(board)).text
    assert topic.title in browser.get("/unread/").text
    browser.get(topic_url(topic.id, topic.slug))
    assert "First unread post" not in browser.get(address(board)).text
    assert topic.title not in titles(browser.get("/unread/").text)


def test_marking_a_board_or_everything_as_read(client, db):
    one, two = make.board(), make.board()
    make.topic(one, title="In one")
    make.topic(two, title="In two")
    browser = client(make.viewer())

    browser.post(f"{address(one)}mark-read")
    assert titles(browser.get("/unread/").text) == ["In two"]
    browser.post("/mark-read")
    assert titles(browser.get("/unread/").text) == []
    make.topic(two, title="Newer")
    assert titles(browser.get("/unread/").text) == ["Newer"]


def test_guests_have_no_unread_list(client, db):
    make.topic()

    assert client().get("/unread/").status_code == 403
    assert client().post("/mark-read").status_code == 403
    assert client().get("/activity/").status_code == 200


def test_lists_across_boards_hold_only_what_one_may_read(client, db):
    make.topic(make.private_board(), make.moderator(), title="Staff talk")
    make.topic(title="Hidden one", state="hidden")
    make.topic(title="Open one")

    for browser in (client(), client(make.viewer())):
        assert titles(browser.get("/activity/").text) == ["Open one"]
    assert "Staff talk" in titles(client(make.moderator()).get("/activity/").text)


def test_older_activity_follows_without_gaps(client, db):
    board = make.board()
    for number in range(30):
        make.topic(board, title=f"Topic {number}")
    first = BeautifulSoup(client().get("/activity/").text, "html.parser")

    older = client().get(first.select_one("a[rel~=next]")["href"]).text

    assert titles(str(first)) + titles(older) == [f"Topic {n}" for n in reversed(range(30))]


def test_a_moved_link_leads_to_the_topic_only_for_those_who_may_read_it(client, db):
    old, new = make.board(), make.private_board()
    target = make.topic(new, make.moderator(), title="Went away")
    with transaction():
        db.add(
            Topic(
                board_id=old.id,
                author_id=target.author_id,
                title="x",
                slug="x",
                link_to_id=target.id,
                last_post_id=target.last_post_id,
                post_count=0,
            )
        )

    assert titles(client().get(address(old)).text) == []
    assert titles(client(make.moderator()).get(address(old)).text) == ["Went away"]


def test_a_wrong_slug_leads_to_the_right_address(client, db):
    board = make.board()

    answer = client().get(f"/board/{board.id}-wrong/")

    assert (answer.status_code, answer.headers["Location"]) == (301, address(board))


def test_lists_cost_the_same_with_one_topic_and_many(client, db, count_queries):
    board = make.board()
    make.topic(board)
    guest, member = client(), client(make.viewer())

    def cost(browser, path):
        with count_queries() as seen:
            browser.get(path)
        return len(seen)

    paths = ["/", address(board), "/activity/"]
    for path in paths:
        guest.get(path)
    few = [cost(browser, path) for path in paths for browser in (guest, member)]
    for number in range(24):
        make.topic(board, title=f"Topic {number}")
    many = [cost(browser, path) for path in paths for browser in (guest, member)]

    assert many == few
    assert max(many) <= 12
