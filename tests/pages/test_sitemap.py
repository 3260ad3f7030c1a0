"""The sitemap names every page guests may read, and none other, with the moment it last changed."""

from __future__ import annotations

import datetime as dt
import gzip
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from app.addresses import board_url, topic_url
from app.features.accounts.models import Right
from app.features.moderation import actions as moderation
from app.features.posts import actions as posts
from app.features.topics import queries as topics
from app.features.topics.models import Topic
from app.kernel.db import transaction
from app.pages import crawlers
from tests import make
from tests.test_indexes import plan_of

SITE = "http://127.0.0.1:8000"
SCHEMA = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(browser, path="/sitemap.xml"):
    """What the file names, with its dates."""
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "application/xml; charset=utf-8"
    entries = ET.fromstring(answer.data)
    return {entry.findtext(f"{SCHEMA}loc").removeprefix(SITE): entry.findtext(f"{SCHEMA}lastmod") for entry in entries}


def whole(browser):
    """Every address any of the files names."""
    return {path for file in read(browser) for path in read(browser, file)}


def url(topic):
    return topic_url(topic.id, topic.slug)


@pytest.fixture
def small_files(monkeypatch):
    monkeypatch.setattr(crawlers, "TOPICS_PER_FILE", 2)


def test_it_names_boards_and_topics_and_nothing_guests_may_not_read(client, db):
    board, inner = make.board("Harbour"), make.board("Seen only", guests=Right.SEE)
    category = make.board("Category", is_category=True)
    private, mod = make.private_board("Staff"), make.moderator()
    shown, moved, merged = make.topic(board, title="Nets & <knots>"), make.topic(board), make.topic(board)
    closed = [make.topic(private, mod), make.topic(inner), *(make.topic(board, state=s) for s in ("hidden", "deleted"))]
    with transaction():
        moderation.move_topics(mod, [moved], make.facts_of(private), leave_link=True)
        moderation.merge_topics(mod, [merged], shown)

    found = whole(client())

    assert found == {"/", board_url(board.id, board.slug), url(shown)}
    assert not found & {url(topic) for topic in (*closed, moved, merged)}
    assert board_url(category.id, category.slug) not in found


def test_nobody_sees_more_in_it_than_a_guest(client, db):
    make.topic(make.private_board(), make.moderator())

    assert client(make.admin()).get("/sitemap-boards.xml").data == client().get("/sitemap-boards.xml").data
    assert whole(client(make.admin())) == whole(client()) == {"/"}


@pytest.mark.usefixtures("small_files")
def test_files_hold_ranges_of_ids_and_empty_ones_are_not_named(client, db):
    board = make.board()
    made = [make.topic(board) for _ in range(7)]
    first = crawlers.TOPICS_PER_FILE * (made[0].id // crawlers.TOPICS_PER_FILE + 1)
    hidden = [topic for topic in made if first < topic.id <= first + crawlers.TOPICS_PER_FILE]
    with transaction():
        for topic in hidden:
            topic.state = "hidden"
    browser = client()

    files = [file for file in read(browser) if file.startswith("/sitemap-topics-")]
    by_file = [set(read(browser, file)) for file in files]

    assert len(hidden) == 2
    assert set.union(*by_file) == {url(topic) for topic in made if topic not in hidden}
    assert sum(map(len, by_file)) == len(made) - 2
    assert all(0 < len(named) <= 2 for named in by_file)
    assert browser.get(f"/sitemap-topics-{first // 2 + 1}.xml").status_code == 404


def test_topics_are_dated_by_their_last_change_and_boards_by_their_newest_post(client, db):
    board = make.board()
    older, newer = make.topic(board), make.topic(board)
    with transaction():
        for topic, year in ((older, 2024), (newer, 2023)):
            topic.changed_at = dt.datetime(year, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
    browser = client()

    index = read(browser)
    latest, boards = read(browser, "/sitemap-latest.xml"), read(browser, "/sitemap-boards.xml")

    assert latest == {url(older): "2024-05-06T07:08:09+00:00", url(newer): "2023-05-06T07:08:09+00:00"}
    assert list(latest) == [url(newer), url(older)]
    assert index["/sitemap-latest.xml"] == "2024-05-06T07:08:09+00:00"
    db.refresh(board)
    assert boards[board_url(board.id, board.slug)] == board.last_post_at.isoformat(timespec="seconds")
    assert boards["/"] == index["/sitemap-boards.xml"] == board.last_post_at.isoformat(timespec="seconds")


@pytest.mark.parametrize("number", ["0", "99999", "2147483647", "x"])
def test_a_file_nobody_was_told_of_is_not_found(number, client, db):
    make.topic()

    assert client().get(f"/sitemap-topics-{number}.xml").status_code == 404


def test_it_is_answered_from_memory_until_something_changes(client, copies, db, count_queries):
    board = make.board()
    topic, other, mod = make.topic(board), make.topic(board), make.moderator()
    browser = client()
    files = ["/sitemap.xml", *read(browser)]
    for file in files:
        browser.get(file)

    with count_queries() as asked:
        packed = [browser.get(file, headers={"Accept-Encoding": "gzip"}) for file in files]
    with transaction():
        moderation.hide_topics(mod, [other])

    assert asked == []
    assert all(b"<loc>" in gzip.decompress(answer.data) for answer in packed)
    assert url(other) not in whole(browser)
    assert url(topic) in whole(browser)


def test_a_file_that_did_not_change_is_not_sent_again(client, copies, db):
    make.topic()
    known = client().get("/sitemap-latest.xml").headers["ETag"]

    assert client().get("/sitemap-latest.xml", headers={"If-None-Match": known}).status_code == 304


def test_a_reply_dates_its_topic_anew(client, copies, db):
    topic = make.topic()
    ann = make.viewer()
    with transaction():
        db.execute(sa.update(Topic).values(changed_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))
    db.expire_all()
    before = read(client(), "/sitemap-latest.xml")[url(topic)]

    with transaction():
        posts.reply(ann, topic, "More.")

    assert before == "2020-01-01T00:00:00+00:00"
    assert read(client(), "/sitemap-latest.xml")[url(topic)] > before


def test_files_are_found_by_index_and_the_index_looks_at_one_topic_of_each(db):
    make.topic()
    guest = make.guest()

    for read_some in (
        lambda: topics.addresses_in_range(guest, 1, 5000),
        lambda: topics.numbers_of_ranges(guest, 5000),
    ):
        plan = plan_of(db, read_some)
        assert "rowid>? AND rowid<?" in plan or "pk_topics" in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan
