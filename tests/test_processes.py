"""Several processes on one database: what one changes, guests of the others see at once or within a second."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import time
import urllib.request
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.addresses import topic_url
from app.features.accounts.models import SignIn, User
from app.features.accounts.queries import viewer_of
from app.features.accounts.sign_in import hash_token
from app.features.posts import actions as posts
from app.features.site.queries import use_version
from app.features.topics.models import Topic
from app.kernel import migrate
from app.kernel.cache.changes import Change, News, changed, forget_old_changes, news
from app.kernel.clock import now
from app.kernel.db import own_session, session, transaction
from tests import databases, make, servers
from tests.browser.serving import STOA

WITHIN_SECONDS, AT_ONCE_SECONDS, ROUNDS = 1.0, 0.2, 9


@pytest.fixture(params=databases.KINDS)
def url(request, tmp_path):
    with databases.empty(request.param, tmp_path) as made, databases.opened(made) as engine:
        migrate.upgrade(engine)
        yield made


@contextlib.contextmanager
def serving(url, folder, **more):
    """One more web process of the forum, at the address given."""
    port = servers.free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STOA_")}
    settings = {"STOA_BIND": f"127.0.0.1:{port}", "STOA_DATA_DIR": str(folder), "STOA_DATABASE_URL": url, **more}
    process = subprocess.Popen(
        servers.ending_with_us(STOA, "serve"), cwd=servers.ROOT, env=kept | settings, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + servers.PATIENCE
        while not answers(address):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=servers.PATIENCE)


def answers(address):
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=5):
        return True
    return False


def read(address, token=None):
    request = urllib.request.Request(address, headers={"Cookie": f"sid={token}"} if token else {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def reply(topic_id, user_id, words):
    with own_session():
        use_version(None)
        viewer = viewer_of(session.get(User, user_id))
        with transaction():
            posts.reply(viewer, session.get(Topic, topic_id), words)


def seconds_until_shown(address, words):
    started = time.monotonic()
    while words not in read(address):
        assert time.monotonic() - started < 10
        time.sleep(0.01)
    return time.monotonic() - started


def test_a_reply_is_on_the_guests_page_of_another_process_within_a_second(url, tmp_path):
    topic, ann = make.topic(), make.user()
    with serving(url, tmp_path) as one, serving(url, tmp_path) as two:
        pages = [site + topic_url(topic.id, topic.slug) for site in (one, two)]
        waited = []
        for number in range(3):
            for page in pages:
                read(page)
            reply(topic.id, ann.id, f"Word {number} from elsewhere.")
            waited += [seconds_until_shown(page, f"Word {number} from elsewhere.") for page in pages]

    assert max(waited) < WITHIN_SECONDS


def test_a_member_reads_the_newest_in_whichever_process_answers(url, tmp_path):
    topic, ann = make.topic(), make.user()
    token = signed_in(ann.id)
    with serving(url, tmp_path) as site:
        page, missing = site + topic_url(topic.id, topic.slug), []
        for number in range(8):
            read(page, token)
            reply(topic.id, ann.id, f"Word {number} of mine.")
            if f"Word {number} of mine." not in read(page, token):
                missing.append(number)

    assert missing == []


def signed_in(user_id):
    at, token = now(), "t" * 43
    with own_session(), transaction():
        session.add(
            SignIn(
                token_hash=hash_token(token), user_id=user_id, created_at=at, seen_at=at, confirmed_at=at,
                expires_at=at + timedelta(hours=1),
            )
        )  # fmt: skip
    return token


def test_with_redis_it_is_there_at_once(tmp_path):
    with (
        servers.private_redis() as redis_url,
        databases.empty("sqlite", tmp_path) as url,
        databases.opened(url) as engine,
        serving_news(redis_url),
    ):
        migrate.upgrade(engine)
        topic, ann = make.topic(), make.user()
        with serving(url, tmp_path, STOA_REDIS_URL=redis_url) as site:
            page, waited = site + topic_url(topic.id, topic.slug), []
            for number in range(ROUNDS):
                read(page)
                reply(topic.id, ann.id, f"Word {number} at once.")
                waited.append(seconds_until_shown(page, f"Word {number} at once."))

    assert statistics.median(waited) < AT_ONCE_SECONDS


@contextlib.contextmanager
def serving_news(redis_url):
    """Let this process publish what it changes."""
    news().connect([], redis_url)
    try:
        yield
    finally:
        news().connect([], None)


def test_changes_are_heard_once_and_in_order(url):
    heard = []
    other = News()
    other.connect([heard.append], None)
    with own_session():
        other.begin()
        heard.clear()
        for number in range(3):
            with transaction():
                changed(f"topic:{number}", "boards")
        other.catch_up()
        other.catch_up()

    assert heard == [frozenset({"topic:0", "topic:1", "topic:2", "boards"})]


def test_what_is_published_need_not_be_asked_for_again(url):
    heard = []
    other = News()
    other.connect([heard.append], None)
    with own_session():
        other.begin()
        heard.clear()
        with transaction():
            changed("topic:5")
        last = session.scalar(sa.select(sa.func.max(Change.id)))
        other.heard(f'{{"from": "another", "id": {last}, "tags": ["topic:5"]}}')
        other.catch_up()

    assert heard == [frozenset({"topic:5"})]


@pytest.mark.parametrize(
    "message", ["", "null", "[]", "{}", '{"from": 1}', '{"from": "x", "id": "y", "tags": []}', b"\xff"]
)
def test_a_message_that_is_none_is_left_alone(message):
    heard = []
    other = News()
    other.connect([heard.append], None)

    other.heard(message)

    assert heard == []


def test_old_changes_are_forgotten_but_never_the_newest(url):
    with own_session():
        for _ in range(3):
            with transaction():
                changed("boards")
                session.flush()
        with transaction():
            session.execute(sa.update(Change).values(made_at=now().replace(year=2020)))
        newest = session.scalar(sa.select(sa.func.max(Change.id)))
        forget_old_changes()

        assert session.scalars(sa.select(Change.id)).all() == [newest]
