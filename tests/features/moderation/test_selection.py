"""Ticks are kept from page to page, with and without scripts."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from app.features.moderation import actions, purge, queries
from app.features.moderation.actions.selection import MOST
from app.features.moderation.models import Selection
from app.features.posts.models import Post
from app.features.topics.models import HIDDEN, Topic
from app.kernel.clock import now
from app.kernel.db import transaction
from app.kernel.errors import Forbidden, Invalid
from tests import make


def test_a_page_replaces_its_own_ticks_and_leaves_those_of_others(db):
    moderator = make.moderator()
    with transaction():
        actions.keep_selection(moderator, "post", shown=[1, 2, 3], ticked=[1, 2])
        actions.keep_selection(moderator, "post", shown=[4, 5], ticked=[5])
        actions.keep_selection(moderator, "post", shown=[1, 2, 3], ticked=[2, 3])

    assert queries.selected_ids(moderator, "post") == {2, 3, 5}
    assert queries.selected_ids(moderator, "topic") == set()
    assert queries.selected_ids(make.moderator(), "post") == set()
    assert queries.selected_ids(make.guest(), "post") == set()


def test_only_staff_may_keep_ticks(db):
    for who in (make.viewer(), make.guest()):
        with pytest.raises(Forbidden), transaction():
            actions.keep_selection(who, "post", shown=[1], ticked=[1])


def test_there_is_an_end_to_choosing(db):
    moderator = make.moderator()

    with pytest.raises(Invalid), transaction():
        actions.tick(moderator, "post", range(1, MOST + 2))
    assert queries.selected_ids(moderator, "post") == set()


def test_scripts_tell_changes_and_get_no_page(client, db):
    moderator = make.moderator()
    browser = client(moderator)

    first = browser.post("/moderation/selection", data={"kind": "post", "shown": [1, 2], "ticked": [1, 2]})
    second = browser.post("/moderation/selection", data={"kind": "post", "unticked": 1})

    assert (first.status_code, second.status_code) == (204, 204)
    assert queries.selected_ids(moderator, "post") == {2}
    assert client(make.viewer()).post("/moderation/selection", data={"kind": "post", "ticked": 1}).status_code == 403


def test_the_button_keeps_ticks_for_other_pages_and_another_clears_them(client, db):
    topic = make.topic()
    posts = [make.reply(topic).id for _ in range(3)]
    moderator = make.moderator()
    browser = client(moderator)

    kept = browser.post("/moderation/posts", data={"do": "keep", "shown": posts, "post": posts[:2], "next": "/unread/"})
    assert (kept.status_code, kept.headers["Location"]) == (303, "/unread/")
    assert queries.selected_ids(moderator, "post") == set(posts[:2])

    browser.post("/moderation/posts", data={"do": "clear", "shown": posts, "next": "/"})
    assert queries.selected_ids(moderator, "post") == set()


def test_an_act_of_the_bar_means_this_page_and_the_others(client, db):
    first, second, third = make.topic(), make.topic(), make.topic()
    moderator = make.moderator()
    browser = client(moderator)
    browser.post("/moderation/selection", data={"kind": "topic", "ticked": [first.id, second.id]})

    browser.post("/moderation/topics", data={"do": "lock", "shown": [second.id, third.id], "topic": third.id})

    assert [db.get(Topic, t.id).is_locked for t in (first, second, third)] == [True, False, True]


def test_an_act_on_one_item_leaves_ticked_ones_alone(client, db):
    topic = make.topic()
    ticked, other = make.reply(topic), make.reply(topic)
    browser = client(make.moderator())
    browser.post("/moderation/selection", data={"kind": "post", "ticked": ticked.id})

    browser.post("/moderation/posts", data={"do": "hide", "post": other.id, "confirmed": "1"})

    assert db.get(Post, other.id).state == HIDDEN
    assert db.get(Post, ticked.id).is_published


def test_ticks_survive_a_page_that_asks(client, db):
    topic = make.topic()
    reply = make.reply(topic)
    moderator = make.moderator()

    client(moderator).post("/moderation/posts", data={"do": "hide", "shown": reply.id, "post": reply.id})

    assert queries.selected_ids(moderator, "post") == {reply.id}


def test_ticks_are_dropped_after_a_day(db):
    moderator = make.moderator()
    with transaction():
        actions.tick(moderator, "post", [1, 2])
        db.execute(sa.update(Selection).where(Selection.item_id == 1).values(created_at=now() - dt.timedelta(days=2)))

    purge.drop_old_selections()

    assert queries.selected_ids(moderator, "post") == {2}
