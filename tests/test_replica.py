"""Guests' reads from a second database, which may be a moment behind; members and every write stay with the first."""

from __future__ import annotations

import shutil

import pytest

from app import create_app
from app.addresses import topic_url
from app.config import from_environment
from app.features.accounts.models import SignIn
from app.features.accounts.sign_in import hash_token
from app.features.posts import actions as posts
from app.features.topics.models import Topic
from app.kernel import db as database
from app.kernel import migrate
from app.kernel.cache import pages
from app.kernel.clock import now
from app.kernel.db import own_session, session, transaction
from tests import databases, make

WORDS = "Only the first database knows this."


@pytest.fixture
def site(tmp_path):
    """A forum whose replica was copied before its newest reply."""
    with databases.empty("sqlite", tmp_path) as url, databases.opened(url) as engine:
        migrate.upgrade(engine)
        topic, ann = make.topic(), make.viewer()
        with own_session(), transaction():
            at = now()
            session.add(
                SignIn(
                    token_hash=hash_token("t" * 43), user_id=ann.id, created_at=at, seen_at=at, confirmed_at=at,
                    expires_at=at.replace(year=at.year + 1),
                )
            )  # fmt: skip
        database.close_session()
        engine.dispose()
        shutil.copy(tmp_path / "stoa.db", tmp_path / "replica.db")
        app = create_app(
            from_environment(
                {
                    "STOA_DATA_DIR": str(tmp_path),
                    "STOA_DATABASE_URL": url,
                    "STOA_DATABASE_READ_URL": f"sqlite:///{tmp_path / 'replica.db'}",
                }
            )
        )
        yield app, topic, ann
        database._database.replica.dispose()
        database._database.replica = None


def say(topic, ann):
    with own_session(), transaction():
        posts.reply(ann, session.get(Topic, topic.id), WORDS)


def read(app, topic, **cookies):
    browser = app.test_client()
    for name, value in cookies.items():
        browser.set_cookie(name, value, domain="localhost")
    return browser.get(topic_url(topic.id, topic.slug)).text


def test_guests_read_from_the_replica_and_members_from_the_database_they_write_to(site):
    app, topic, ann = site
    say(topic, ann)

    assert WORDS not in read(app, topic)
    assert WORDS in read(app, topic, sid="t" * 43)


def test_a_page_that_changed_a_moment_ago_is_kept_only_shortly(site):
    app, topic, ann = site
    copies = app.extensions["guest_pages"].copies
    read(app, topic)
    (quiet,) = (entry.fresh_until for entry in copies._kept.values())
    say(topic, ann)
    read(app, topic)
    (changed,) = (entry.fresh_until for entry in copies._kept.values())

    assert changed < quiet - pages.REPLICA_KEPT_SECONDS


def test_without_a_replica_everybody_reads_from_one_database(site):
    app, topic, ann = site
    database._database.replica, replica = None, database._database.replica
    say(topic, ann)

    assert WORDS in read(app, topic)
    database._database.replica = replica


def test_what_guests_read_from_the_replica_is_not_shared_with_members(site):
    app, topic, ann = site
    read(app, topic, sid="t" * 43)  # from here on this process knows of every change
    say(topic, ann)
    assert WORDS not in read(app, topic)

    assert WORDS in read(app, topic, sid="t" * 43)
