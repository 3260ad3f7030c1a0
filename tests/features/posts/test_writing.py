"""Starting topics, replying, editing, deleting: over HTTP, as plain forms."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.addresses import board_url, topic_url
from app.features.accounts.models import Right, User
from app.features.boards.models import Board
from app.features.posts.models import Post, Revision
from app.features.topics.models import DELETED, Topic
from app.kernel.db import transaction
from tests import make

BAD_TEXTS = {
    "empty": "",
    "white space": " \n\t ",
    "invisible": "\u200b\u2800\u3164",
    "control": "\x00\x07",
    "marks": "# \n> ",
}


def reply_form(browser, topic):
    """The fields of the reply form as the page offers it."""
    page = BeautifulSoup(browser.get(topic_url(topic.id, topic.slug)).text, "html.parser")
    form = page.find("form", action=re.compile(r"/reply$"))
    return form["action"], {i["name"]: i.get("value", "") for i in form.find_all("input") if i.get("name")}


def count_posts(db, topic):
    return db.scalar(sa.select(sa.func.count()).where(Post.topic_id == topic.id))


def test_a_member_starts_a_topic_and_everything_is_counted(client, db):
    board, member = make.board(), make.viewer()

    answer = client(member).post(
        f"{board_url(board.id, board.slug)}new-topic",
        data={"title": "  A   tide table ", "body": "High at *six*.", "key": "k1"},
    )

    topic = db.scalars(sa.select(Topic)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, topic_url(topic.id, topic.slug))
    assert (topic.title, topic.post_count) == ("A tide table", 1)
    row = db.get(Board, board.id)
    assert (row.topic_count, row.post_count, row.last_topic_id) == (1, 1, topic.id)
    assert db.get(User, member.id).post_count == 1


def test_a_reply_is_posted_once_however_often_the_form_is_sent(client, db):
    topic, browser = make.topic(), client(make.viewer())
    action, fields = reply_form(browser, topic)

    answers = [browser.post(action, data={**fields, "body": "Once only."}) for _ in range(3)]

    assert [a.status_code for a in answers] == [303, 303, 303]
    assert len({a.headers["Location"] for a in answers}) == 1
    assert count_posts(db, topic) == 2


def test_the_same_form_with_other_words_is_another_post(client, db):
    topic, browser = make.topic(), client(make.viewer())
    action, fields = reply_form(browser, topic)
    browser.post(action, data={**fields, "body": "First thought."})

    browser.post(action, data={**fields, "body": "Second thought."})

    assert count_posts(db, topic) == 3


def test_a_topic_form_sent_twice_makes_one_topic(client, db):
    board, browser = make.board(), client(make.viewer())
    form = {"title": "Twice", "body": "Once.", "key": "same"}

    places = {
        browser.post(f"{board_url(board.id, board.slug)}new-topic", data=form).headers["Location"] for _ in range(2)
    }

    assert len(places) == 1
    assert db.scalar(sa.select(sa.func.count()).select_from(Topic)) == 1


def test_replies_that_came_meanwhile_are_shown_and_the_text_is_kept(client, db):
    topic, browser = make.topic(), client(make.viewer())
    action, fields = reply_form(browser, topic)
    make.reply(topic, body="I was faster.")

    answer = browser.post(action, data={**fields, "body": "My considered view."})

    assert answer.status_code == 409
    assert "A new reply came in while you were writing" in answer.text
    assert "I was faster." in answer.text
    assert "My considered view." in answer.text
    page = BeautifulSoup(answer.text, "html.parser").find("form", action=re.compile(r"/reply$"))
    again = {i["name"]: i.get("value", "") for i in page.find_all("input") if i.get("name")}
    assert browser.post(action, data={**again, "body": "My considered view."}).status_code == 303
    assert count_posts(db, topic) == 3


def test_ones_own_new_reply_does_not_count_as_news(client, db):
    topic, browser = make.topic(), client(make.viewer())
    action, fields = reply_form(browser, topic)
    browser.post(action, data={**fields, "body": "One."})

    assert browser.post(action, data={**fields, "body": "Two.", "key": "other"}).status_code == 303


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS.keys())
def test_a_reply_that_says_nothing_is_refused_with_a_sentence(client, db, text):
    topic, browser = make.topic(), client(make.viewer())
    action, fields = reply_form(browser, topic)

    answer = browser.post(action, data={**fields, "body": text})

    assert answer.status_code == 422
    assert "Please write something first." in answer.text
    assert count_posts(db, topic) == 1


@pytest.mark.parametrize("length", [32_001, 1_000_000])
def test_a_text_too_long_comes_back_whole(client, db, length):
    topic, browser = make.topic(), client(make.viewer())
    action, fields = reply_form(browser, topic)

    answer = browser.post(action, data={**fields, "body": "y" * length})

    assert answer.status_code == 422
    assert "up to 32,000 characters" in answer.text
    assert "y" * length in answer.text


def test_ten_thousand_nested_quotes_are_a_post_like_any_other(client, db):
    topic, browser = make.topic(), client(make.viewer())
    action, fields = reply_form(browser, topic)

    answer = browser.post(action, data={**fields, "body": ">" * 10_000 + " deep"})

    assert answer.status_code == 303


def test_control_characters_go_and_the_rest_stays_to_the_letter(client, db):
    topic, browser = make.topic(), client(make.viewer())
    action, fields = reply_form(browser, topic)

    browser.post(action, data={**fields, "body": "  two\r\n\tlines \x00\x1b[2J \u202eend"})

    source = db.scalar(sa.select(Post.source).where(Post.topic_id == topic.id).order_by(Post.id.desc()))
    assert source == "  two\n\tlines [2J \u202eend"


@pytest.mark.parametrize("title", ["", "   ", "\u200b\u2063", "x" * 201, " " * 20_000])
def test_a_bad_title_is_refused_and_the_text_kept(client, db, title):
    board = make.board()

    answer = client(make.viewer()).post(
        f"{board_url(board.id, board.slug)}new-topic", data={"title": title, "body": "My long text.", "key": "k"}
    )

    assert answer.status_code == 422
    assert "My long text." in answer.text
    assert not db.scalar(sa.select(sa.func.count()).select_from(Topic))


def test_preview_shows_the_post_and_keeps_the_text(client, db):
    topic, browser = make.topic(), client(make.viewer())
    action, fields = reply_form(browser, topic)

    answer = browser.post(action, data={**fields, "body": "A **bold** claim.", "preview": "1"})

    assert answer.status_code == 200
    assert "<strong>bold</strong>" in answer.text
    assert "A **bold** claim." in answer.text
    assert count_posts(db, topic) == 1


def test_a_quote_names_and_links_its_post(client, db):
    topic, browser = make.topic(body="The drains are older."), client(make.viewer())

    page = browser.get(f"{topic_url(topic.id, topic.slug)}reply?quote={topic.first_post_id}")
    script = browser.get(f"/post/{topic.first_post_id}/quote")

    quoted = BeautifulSoup(page.text, "html.parser").find("textarea").get_text()
    assert f"](/post/{topic.first_post_id}/):" in quoted
    assert "> The drains are older." in quoted
    assert script.content_type.startswith("text/markdown")
    assert script.text in quoted + "\n"


def test_a_hidden_post_cannot_be_quoted(client, db):
    topic = make.topic()
    hidden = make.reply(topic, body="Secret words.")
    with transaction():
        db.get(Post, hidden.id).state = "hidden"

    assert client(make.viewer()).get(f"/post/{hidden.id}/quote").status_code == 404


def test_guests_are_asked_to_sign_in_and_keep_their_text(client, db):
    topic = make.topic()

    answer = client().post(f"{topic_url(topic.id, topic.slug)}reply", data={"body": "Typed before I signed in."})

    assert answer.status_code == 403
    assert "Typed before I signed in." in answer.text
    assert count_posts(db, topic) == 1


def test_who_may_not_write_there_is_told_and_keeps_the_text(client, db):
    board = make.board(members=Right.SEE | Right.READ)
    topic = make.topic(board, make.admin())

    answer = client(make.viewer()).post(
        f"{topic_url(topic.id, topic.slug)}reply", data={"body": "But I had so much to say about it."}
    )

    assert answer.status_code == 403
    assert "Your groups may not reply in this board." in answer.text
    assert "But I had so much to say about it." in answer.text


def test_another_sites_form_changes_nothing(client, db):
    topic, browser = make.topic(), client(make.viewer())

    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = browser.post(f"{topic_url(topic.id, topic.slug)}reply", data={"body": "Forged."}, headers=headers)
        assert answer.status_code == 403
    del browser.environ_base["HTTP_SEC_FETCH_SITE"]
    for origin in ("https://evil.test", "null", None):
        headers = {"Origin": origin} if origin else {}
        answer = browser.post(f"{topic_url(topic.id, topic.slug)}reply", data={"body": "Forged."}, headers=headers)
        assert answer.status_code == 403
    own = browser.post(
        f"{topic_url(topic.id, topic.slug)}reply", data={"body": "Mine."}, headers={"Origin": "http://localhost"}
    )
    assert own.status_code == 303
    assert count_posts(db, topic) == 2


def test_authors_edit_their_posts_and_the_old_text_is_kept(client, db):
    author = make.viewer()
    topic = make.topic()
    post = make.reply(topic, author, "Frist.")

    answer = client(author).post(f"/post/{post.id}/edit", data={"body": "First.", "reason": "Typo", "seen": "0"})

    assert answer.status_code == 303
    row = db.get(Post, post.id)
    assert (row.source, row.edit_count, row.edit_reason) == ("First.", 1, "Typo")
    assert db.scalars(sa.select(Revision.source)).all() == ["Frist."]
    assert "Edited" in client().get(topic_url(topic.id, topic.slug)).text


def test_nobody_edits_other_peoples_posts_but_moderators(client, db):
    topic = make.topic()
    post = make.reply(topic)

    assert client(make.viewer()).post(f"/post/{post.id}/edit", data={"body": "Changed."}).status_code == 403
    assert client(make.moderator()).post(f"/post/{post.id}/edit", data={"body": "Changed."}).status_code == 303


def test_the_time_to_edit_ends(client, db):
    author = make.viewer()
    topic = make.topic(make.board(edit_minutes=30))
    post = make.reply(topic, author)
    with transaction():
        db.get(Post, post.id).created_at = make.now() - dt.timedelta(minutes=31)

    answer = client(author).post(f"/post/{post.id}/edit", data={"body": "Too late, but kept on the page."})

    assert answer.status_code == 403
    assert "Too late, but kept on the page." in answer.text


def test_an_edit_over_somebody_elses_edit_is_shown_first(client, db):
    author = make.viewer()
    post = make.reply(make.topic(), author, "Original.")
    client(make.moderator()).post(f"/post/{post.id}/edit", data={"body": "Moderated.", "seen": "0"})

    answer = client(author).post(f"/post/{post.id}/edit", data={"body": "Mine.", "seen": "0"})

    assert answer.status_code == 409
    assert "Mine." in answer.text
    assert "Moderated." in answer.text
    assert db.get(Post, post.id).source == "Moderated."


def test_the_opening_is_edited_with_its_title_and_the_old_address_works(client, db):
    author = make.viewer()
    topic = make.topic(author=author)
    old = topic_url(topic.id, topic.slug)

    client(author).post(f"/post/{topic.first_post_id}/edit", data={"title": "A new name", "body": "New.", "seen": "0"})

    answer = client().get(old)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/topic/{topic.id}-a-new-name/")


def test_authors_take_back_a_reply_and_positions_close_up(client, db):
    author = make.viewer()
    topic = make.topic()
    post = make.reply(topic, author)
    after = make.reply(topic)

    answer = client(author).post(f"/post/{post.id}/delete")

    assert answer.status_code == 303
    assert db.get(Post, post.id).state == DELETED
    assert db.get(Post, after.id).position == 2
    assert db.get(Topic, topic.id).post_count == 2
    assert client().get(f"/post/{post.id}/").status_code == 404


def test_the_first_post_is_not_taken_back_alone(client, db):
    author = make.viewer()
    topic = make.topic(author=author)

    assert client(author).post(f"/post/{topic.first_post_id}/delete").status_code == 403


def test_only_moderators_see_earlier_texts(client, db):
    author = make.viewer()
    post = make.reply(make.topic(), author, "What it said before.")
    client(author).post(f"/post/{post.id}/edit", data={"body": "After.", "seen": "0"})

    assert client(make.viewer()).get(f"/post/{post.id}/history").status_code == 403
    assert "What it said before." in client(make.moderator()).get(f"/post/{post.id}/history").text


def test_write_addresses_take_no_reading_requests_and_the_other_way_round(client, db):
    topic = make.topic()
    browser = client(make.viewer())

    assert browser.post(topic_url(topic.id, topic.slug)).status_code == 405
    assert browser.put(f"{topic_url(topic.id, topic.slug)}reply").status_code == 405
    assert browser.delete(f"/post/{topic.first_post_id}/").status_code == 405


def test_a_form_sent_again_tells_nothing_of_a_topic_that_was_moved_out_of_sight(client, db):
    browser, board, private = client(make.viewer()), make.board(), make.private_board()
    other = make.topic(board)
    started = {"title": "Anchors", "body": "Mine is gone.", "key": "k1"}
    replied = {"body": "Who has it?", "key": "k2"}
    browser.post(f"{board_url(board.id, board.slug)}new-topic", data=started)
    topic = db.scalars(sa.select(Topic).where(Topic.title == "Anchors")).one()
    browser.post(f"{topic_url(topic.id, topic.slug)}reply", data=replied)
    with transaction():
        topic.board_id, topic.slug = private.id, "the-thief-is-known"

    again = browser.post(f"{board_url(board.id, board.slug)}new-topic", data=started)
    elsewhere = browser.post(f"{topic_url(other.id, other.slug)}reply", data=replied)

    assert again.location == f"/post/{topic.first_post_id}/"
    assert elsewhere.location == f"/post/{topic.last_post_id}/"


def test_who_edits_without_end_is_slowed_down_and_keeps_the_text(client, db):
    author = make.viewer()
    post = make.reply(make.topic(), author)
    browser = client(author)

    answers = [browser.post(f"/post/{post.id}/edit", data={"body": f"Try {n}.", "seen": n}) for n in range(31)]

    assert {answer.status_code for answer in answers[:30]} == {303}
    assert answers[30].status_code == 429
    assert "Try 30." in answers[30].text
