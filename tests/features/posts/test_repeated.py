"""Whoever goes back has a new form; the same words are not posted twice by it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.addresses import board_url, topic_url
from app.features.posts.models import Post
from app.kernel.clock import now
from app.kernel.db import transaction
from tests import make


def count(db, model=Post):
    return db.scalar(sa.select(sa.func.count()).select_from(model))


def test_the_same_reply_from_another_form_makes_no_second_post(client, db):
    topic, writer = make.topic(), make.viewer()
    browser, action = client(writer), f"{topic_url(topic.id, topic.slug)}reply"

    first, second = (browser.post(action, data={"body": "Just once.", "key": key}) for key in ("a", "b"))

    assert first.headers["Location"] == second.headers["Location"]
    assert count(db) == 2


def test_the_same_words_are_a_new_post_after_somebody_elses_or_after_a_while(client, db):
    topic, writer = make.topic(), make.viewer()
    browser, action = client(writer), f"{topic_url(topic.id, topic.slug)}reply"

    browser.post(action, data={"body": "Anyone?", "key": "a"})
    make.reply(topic)
    browser.post(action, data={"body": "Anyone?", "key": "b"})
    with transaction():
        db.execute(sa.update(Post).values(created_at=now() - timedelta(minutes=11)))
    browser.post(action, data={"body": "Anyone?", "key": "c"})

    assert count(db) == 5


def test_the_same_topic_from_another_form_makes_no_second_topic(client, db):
    board, other, browser = make.board(), make.board(), client(make.viewer())
    form = {"title": "Lost glove", "body": "Left hand."}

    places = [board, board, other]
    answers = [
        browser.post(f"{board_url(place.id, place.slug)}new-topic", data={**form, "key": str(number)})
        for number, place in enumerate(places)
    ]

    first, second, elsewhere = (answer.headers["Location"] for answer in answers)
    assert first == second != elsewhere
