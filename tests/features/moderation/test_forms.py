"""Everything moderators do, done with plain forms; and what others get when they try."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.addresses import board_url, post_url, topic_url
from app.features.boards.models import Board
from app.features.moderation.models import LogEntry, Selection
from app.features.posts.models import Post
from app.features.topics.models import DELETED, HIDDEN, MERGED, PUBLISHED, Topic
from app.features.topics.queries import find_merged_into
from app.operate.check import differences
from tests import make
from tests.features.moderation.doing import bodies, log

TOPIC_ACTS = ("pin", "unpin", "feature", "unfeature", "lock", "unlock", "hide", "restore", "delete", "move", "merge")
POST_ACTS = ("hide", "restore", "delete", "recommend", "unrecommend", "split", "merge")


def follow_form(browser, answer, **typed):
    """Fill in the form of a page that asks, and send it as a browser would."""
    page = BeautifulSoup(answer.text, "html.parser")
    form = page.select_one("main form[action^='/moderation/']")
    fields = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = field.get("name"), field.get("type", "text")
        if not name or (kind in {"checkbox", "radio"} and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            fields.setdefault(name, []).append(chosen["value"])
        else:
            fields.setdefault(name, []).append(field.get("value", ""))
    return browser.post(form["action"], data={**fields, **typed})


def test_guests_are_asked_to_sign_in_and_members_refused(client, db):
    topic = make.topic()
    reply = make.reply(topic)
    other = make.board_moderator(make.board())
    sent = [("/moderation/topics", {"topic": topic.id, "do": act}) for act in TOPIC_ACTS]
    sent += [("/moderation/posts", {"post": reply.id, "do": act}) for act in POST_ACTS]
    sent += [("/moderation/reports", {"post": reply.id, "do": act}) for act in ("done", "hide", "dismiss")]

    for who in (make.guest(), make.viewer(), other):
        browser = client(who)
        for address, data in sent:
            for more in ({}, {"confirmed": "1", "reason": "x", "board": topic.board_id, "address": "1"}):
                assert browser.post(address, data={**data, **more}).status_code == 403, (who, address, data)

    db.expire_all()
    assert (db.get(Topic, topic.id).state, db.get(Post, reply.id).state) == (PUBLISHED, PUBLISHED)
    assert log() == []


@pytest.mark.parametrize(
    "address", ["/moderation/", "/moderation/log/", "/moderation/reports/", "/moderation/reports/closed/"]
)
def test_the_moderators_pages_are_for_moderators(client, db, address):
    board = make.board()
    topic = make.topic(board)
    make.reply(topic)

    assert client().get(address).status_code == 403
    assert client(make.viewer()).get(address).status_code == 403
    assert client(make.board_moderator(board)).get(address).status_code == 200
    assert client(make.admin()).get(address).status_code == 200


def test_what_one_may_not_see_is_not_found(client, db):
    topic = make.topic(make.private_board(), make.admin(), body="secret")
    board = make.board()
    browser = client(make.board_moderator(board))

    assert browser.post("/moderation/topics", data={"topic": topic.id, "do": "lock"}).status_code == 404
    assert browser.post("/moderation/posts", data={"post": topic.first_post_id, "do": "hide"}).status_code == 404


def test_unknown_acts_and_nothing_chosen_get_an_answer(client, db):
    browser = client(make.moderator())

    assert browser.post("/moderation/topics", data={"do": "explode"}).status_code == 400
    assert browser.post("/moderation/posts", data={"post": "x", "do": "hide", "next": "/"}).headers["Location"] == "/"
    assert browser.post("/moderation/posts", data={"post": "99999999999999", "do": "hide"}).status_code == 303
    assert browser.post("/moderation/topics", data={"topic": "999999", "do": "lock"}).status_code == 404
    assert browser.post("/moderation/selection", data={"kind": "board", "ticked": 1}).status_code == 400


def test_the_way_back_never_leads_to_another_site(client, db):
    topic, browser = make.topic(), None
    browser = client(make.moderator())

    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = browser.post("/moderation/topics", data={"topic": topic.id, "do": "lock", "next": evil})
        assert answer.headers["Location"] == topic_url(topic.id, topic.slug)


def test_locking_happens_at_once_with_an_optional_reason(client, db):
    topic = make.topic()
    browser = client(make.moderator())
    back = topic_url(topic.id, topic.slug)

    answer = browser.post(
        "/moderation/topics", data={"topic": topic.id, "do": "lock", "reason": " too \x00 hot ", "next": back}
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, back)
    assert db.get(Topic, topic.id).is_locked
    assert log() == [("lock_topic", "too hot")]


def test_hiding_a_topic_asks_for_a_reason_first(client, db):
    topic = make.topic()
    browser = client(make.moderator())

    asked = browser.post("/moderation/topics", data={"topic": topic.id, "do": "hide", "next": "/activity/"})
    assert asked.status_code == 200
    assert topic.title in asked.text
    assert db.get(Topic, topic.id).is_published

    done = follow_form(browser, asked, reason="advertising")
    assert (done.status_code, done.headers["Location"]) == (303, "/activity/")
    assert db.get(Topic, topic.id).state == HIDDEN
    assert log() == [("hide_topic", "advertising")]


def test_what_was_typed_is_kept_when_it_does_not_fit(client, db):
    topic = make.topic()
    browser = client(make.moderator())
    asked = browser.post("/moderation/topics", data={"topic": topic.id, "do": "delete"})

    refused = follow_form(browser, asked, reason="long " * 100)
    assert refused.status_code == 422
    assert "long long" in refused.text
    assert db.get(Topic, topic.id).is_published

    assert follow_form(browser, refused, reason="short").status_code == 303
    assert db.get(Topic, topic.id).state == DELETED


def test_topics_are_moved_by_choosing_a_board(client, db):
    topic, new, private = make.topic(), make.board("Workshop"), make.private_board("Staff room")
    browser = client(make.board_moderator(db.get(Board, topic.board_id)))

    asked = browser.post("/moderation/topics", data={"topic": topic.id, "do": "move"})
    assert "Workshop" in asked.text
    assert "Staff room" not in asked.text
    refused = follow_form(browser, asked, board=private.id)
    assert refused.status_code == 422
    done = follow_form(browser, asked, board=new.id, leave_link="1", reason="better there")

    assert done.status_code == 303
    assert db.get(Topic, topic.id).board_id == new.id
    assert db.scalar(sa.select(sa.func.count()).where(Topic.link_to_id == topic.id)) == 1
    assert log() == [("move_topic", "better there")]
    assert differences(db) == []


@pytest.mark.parametrize(
    "form",
    [
        "{id}",
        "/topic/{id}-x/",
        "https://forum.test/topic/{id}-x/page/2/#post-9",
        "/post/{post}/",
        "https://forum.test/index.php?/topic/{id}-x/",
        "/topic/{id}-x/?do=findComment&comment={post}",
    ],
)
def test_topics_are_merged_by_any_address_of_the_other(client, db, form):
    topic, target = make.topic(), make.topic(title="The one that stays")
    browser = client(make.moderator())
    address = form.format(id=target.id, post=target.first_post_id)

    asked = browser.post("/moderation/topics", data={"topic": topic.id, "do": "merge"})
    done = follow_form(browser, asked, address=address)

    assert (done.status_code, done.headers["Location"]) == (303, topic_url(target.id, target.slug))
    assert (db.get(Topic, topic.id).state, db.get(Topic, topic.id).merged_into_id) == (MERGED, target.id)


def test_bad_addresses_of_topics_get_a_sentence(client, db):
    topic = make.topic()
    away = make.topic(make.private_board(), make.admin())
    browser = client(make.board_moderator(db.get(Board, topic.board_id)))
    asked = browser.post("/moderation/topics", data={"topic": topic.id, "do": "merge"})

    for address in ("", "nonsense", "99999999999", "4000000000", f"/topic/{away.id}/", str(topic.id), "/post/0/"):
        refused = follow_form(browser, asked, address=address)
        assert refused.status_code == 422, address
        assert 'class="error"' in refused.text
    assert db.get(Topic, topic.id).is_published


def test_ticked_topics_are_merged_into_one_of_them(client, db):
    first, second, third = make.topic(body="one"), make.topic(body="two"), make.topic(body="three")
    browser = client(make.moderator())

    asked = browser.post("/moderation/topics", data={"topic": [first.id, second.id, third.id], "do": "merge"})
    done = follow_form(browser, asked, into=second.id, reason="one story")

    assert done.headers["Location"] == topic_url(second.id, second.slug)
    assert bodies(second) == ["one", "two", "three"]
    assert find_merged_into(first.id, make.viewer()).id == second.id


def test_posts_are_split_into_a_new_topic(client, db):
    topic = make.topic()
    replies = [make.reply(topic, body="cake"), make.reply(topic, body="more cake")]
    make.reply(topic, body="ferry")
    browser = client(make.board_moderator(db.get(Board, topic.board_id)))

    asked = browser.post("/moderation/posts", data={"post": [post.id for post in replies], "do": "split"})
    refused = follow_form(browser, asked, title="  ", reason="off topic")
    assert refused.status_code == 422
    done = follow_form(browser, refused, title="Cakes")

    made = db.scalars(sa.select(Topic).where(Topic.title == "Cakes")).one()
    assert done.headers["Location"] == topic_url(made.id, made.slug)
    assert bodies(made) == ["cake", "more cake"]
    assert log() == [("split_topic", "off topic")]
    assert differences(db) == []


def test_posts_are_moved_into_a_topic_that_exists(client, db):
    topic, target = make.topic(), make.topic(title="Bakeries", body="first")
    reply = make.reply(topic, body="cake")
    browser = client(make.moderator())

    asked = browser.post("/moderation/posts", data={"post": reply.id, "do": "merge"})
    refused = follow_form(browser, asked, address="nothing")
    assert refused.status_code == 422
    done = follow_form(browser, refused, address=topic_url(target.id, target.slug))

    assert done.headers["Location"] == topic_url(target.id, target.slug)
    assert bodies(target) == ["first", "cake"]


def test_splitting_everything_off_is_refused_with_a_sentence(client, db):
    topic = make.topic()
    browser = client(make.moderator())

    asked = browser.post("/moderation/posts", data={"post": topic.first_post_id, "do": "split"})
    refused = follow_form(browser, asked, title="All of it")

    assert refused.status_code == 422
    assert "must stay" in refused.text
    assert "All of it" in refused.text


def test_the_first_post_is_shown_but_not_offered_for_hiding(client, db):
    topic = make.topic()
    reply = make.reply(topic)
    browser = client(make.moderator())

    asked = browser.post("/moderation/posts", data={"post": [topic.first_post_id, reply.id], "do": "hide"})
    assert "Hide or delete the topic instead" in asked.text
    assert follow_form(browser, asked, reason="rude").status_code == 303

    assert db.get(Post, topic.first_post_id).is_published
    assert db.get(Post, reply.id).state == HIDDEN
    alone = browser.post("/moderation/posts", data={"post": topic.first_post_id, "do": "hide"})
    assert alone.status_code == 422


def test_replies_are_recommended_with_a_note_for_all(client, db):
    topic = make.topic()
    reply = make.reply(topic)
    browser = client(make.moderator())

    asked = browser.post("/moderation/posts", data={"post": reply.id, "do": "recommend"})
    done = follow_form(browser, asked, note="The whole answer.")

    assert done.headers["Location"] == post_url(reply.id)
    assert db.get(Post, reply.id).recommend_note == "The whole answer."
    browser.post("/moderation/posts", data={"post": reply.id, "do": "unrecommend"})
    assert not db.get(Post, reply.id).is_recommended


def test_addresses_of_posts_survive_moves_merges_and_splits(client, db):
    topic, target, elsewhere = make.topic(), make.topic(title="Target"), make.board()
    posts = [db.get(Post, topic.first_post_id), *(make.reply(topic) for _ in range(3))]
    browser, reader = client(make.moderator()), client()

    def where(post):
        answer = reader.get(post_url(post.id))
        assert answer.status_code == 302
        return int(re.match(r"/topic/(\d+)-", answer.headers["Location"])[1]), answer.headers["Location"]

    follow_form(browser, browser.post("/moderation/topics", data={"topic": topic.id, "do": "move"}), board=elsewhere.id)
    assert {where(post)[0] for post in posts} == {topic.id}
    asked = browser.post("/moderation/posts", data={"post": posts[2].id, "do": "split"})
    follow_form(browser, asked, title="Apart")
    apart = where(posts[2])[0]
    assert apart not in {topic.id, target.id}
    asked = browser.post("/moderation/topics", data={"topic": topic.id, "do": "merge"})
    follow_form(browser, asked, address=str(target.id))
    assert {where(post)[0] for post in (posts[0], posts[1], posts[3])} == {target.id}

    old = reader.get(topic_url(topic.id, topic.slug))
    assert (old.status_code, old.headers["Location"]) == (301, topic_url(target.id, target.slug))


def test_pages_that_ask_cost_the_same_for_one_and_for_many(client, db, count_queries):
    topic = make.topic(replies=12)
    posts = db.scalars(sa.select(Post.id).where(Post.topic_id == topic.id)).all()
    browser = client(make.moderator())

    counts = []
    for chosen in (posts[1:2], posts[1:]):
        browser.post("/moderation/posts", data={"post": chosen, "do": "split"})
        with count_queries() as seen:
            assert browser.post("/moderation/posts", data={"post": chosen, "do": "split"}).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 9


def test_the_tools_of_the_thread_page_work_as_they_stand(client, db):
    topic = make.topic(replies=2)
    browser = client(make.moderator())
    page = BeautifulSoup(browser.get(topic_url(topic.id, topic.slug)).text, "html.parser")

    tools = page.select_one("form[action='/moderation/topics']")
    assert {button["value"] for button in tools.find_all("button")} >= {
        "lock",
        "pin",
        "feature",
        "hide",
        "move",
        "merge",
    }
    bar = page.select_one("form#moderate")
    assert bar["action"] == "/moderation/posts"
    assert len(bar.select("input[name=shown]")) == 3
    assert len(page.select("input[type=checkbox][name=post][form=moderate]")) == 3


def test_members_see_no_tools(client, db):
    topic = make.topic(replies=1)

    for who in (make.guest(), make.viewer()):
        assert "/moderation/" not in client(who).get(topic_url(topic.id, topic.slug)).text
        board = db.get(Board, topic.board_id)
        assert "/moderation/" not in client(who).get(board_url(board.id, board.slug)).text


def test_nothing_is_left_ticked_after_an_act(client, db):
    topic = make.topic()
    browser = client(make.moderator())
    browser.post("/moderation/selection", data={"kind": "topic", "ticked": topic.id})

    browser.post("/moderation/topics", data={"shown": topic.id, "topic": topic.id, "do": "pin"})

    assert db.scalars(sa.select(Selection)).all() == []
    assert db.scalar(sa.select(sa.func.count()).select_from(LogEntry)) == 1


def test_a_reason_too_long_for_the_log_is_refused_and_comes_back(client, db):
    topic, browser = make.topic(), client(make.moderator())

    answer = browser.post("/moderation/topics", data={"topic": topic.id, "do": "pin", "reason": "because " * 50})

    assert answer.status_code == 422
    assert "up to 300 characters" in answer.text
    assert "because because" in answer.text
    assert not db.get(Topic, topic.id).is_pinned
