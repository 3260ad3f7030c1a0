"""Reporting posts, and what moderators do about it."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.addresses import post_url
from app.features.boards.models import Board
from app.features.moderation import actions, queries
from app.features.moderation.models import Report
from app.features.moderation.views import reports as views
from app.features.posts.models import Post
from app.features.topics.models import HIDDEN
from app.kernel.db import transaction
from app.kernel.errors import Forbidden, Invalid
from app.operate.check import differences
from tests import make
from tests.features.moderation.doing import log

WORDS = "The same text stands in four topics."


def reported(topic=None, *, kind="spam", comment=WORDS):
    topic = topic or make.topic()
    post = make.reply(topic)
    reporter = make.viewer()
    with transaction():
        actions.report_post(reporter, post, topic, kind, comment)
    return post


def test_a_member_reports_a_post_once(client, db):
    topic = make.topic()
    browser = client(make.viewer())
    address = f"{post_url(topic.first_post_id)}report"

    assert browser.get(address).status_code == 200
    answers = [browser.post(address, data={"kind": "spam", "comment": WORDS}) for _ in range(2)]

    assert [(a.status_code, a.headers["Location"]) for a in answers] == [(303, post_url(topic.first_post_id))] * 2
    report = db.scalars(sa.select(Report)).one()
    assert (report.kind, report.comment) == ("spam", WORDS)
    assert browser.get(address).status_code == 303


def test_a_second_report_of_the_same_member_is_refused(db):
    topic, member = make.topic(), make.viewer()
    post = make.reply(topic)
    with transaction():
        actions.report_post(member, post, topic, "spam", "")

    with pytest.raises(Invalid), transaction():
        actions.report_post(member, post, topic, "other", "again")


def test_guests_are_asked_to_sign_in_and_authors_refused(client, db):
    author = make.viewer()
    topic = make.topic(author=author)
    address = f"{post_url(topic.first_post_id)}report"

    for who in (make.guest(), author):
        assert client(who).get(address).status_code == 403
        assert client(who).post(address, data={"kind": "spam"}).status_code == 403


def test_a_post_one_may_not_see_cannot_be_reported(client, db):
    topic = make.topic(make.private_board(), make.admin())
    browser = client(make.viewer())

    assert browser.get(f"{post_url(topic.first_post_id)}report").status_code == 404
    assert browser.post(f"{post_url(topic.first_post_id)}report", data={"kind": "spam"}).status_code == 404


@pytest.mark.parametrize(
    "data",
    [{}, {"kind": "nonsense"}, {"kind": "other", "comment": " \u200b "}, {"kind": "spam", "comment": "x" * 1001}],
)
def test_incomplete_reports_come_back_with_their_words(client, db, data):
    topic = make.topic()

    answer = client(make.viewer()).post(f"{post_url(topic.first_post_id)}report", data=data)

    assert answer.status_code == 422
    assert data.get("comment", "").strip() in answer.text
    assert db.scalars(sa.select(Report)).all() == []


def test_reporting_has_a_limit(client, db, monkeypatch):
    monkeypatch.setattr(views, "REPORT_LIMIT", "1 per hour")
    topic = make.topic()
    first, second = make.reply(topic), make.reply(topic)
    browser = client(make.viewer())

    assert browser.post(f"{post_url(first.id)}report", data={"kind": "spam"}).status_code == 303
    late = browser.post(f"{post_url(second.id)}report", data={"kind": "other", "comment": "kept words"})

    assert late.status_code == 429
    assert "kept words" in late.text


def test_moderators_see_reports_of_their_own_boards_only(client, db):
    here, elsewhere = reported(comment="In my board."), reported(comment="In another board.")
    moderator = make.board_moderator(db.get(Board, here.topic.board_id))

    page = client(moderator).get("/moderation/reports/").text

    assert "In my board." in page
    assert "In another board." not in page
    assert queries.count_open(moderator) == 1
    assert queries.count_open(make.admin()) == 2
    assert elsewhere.is_published


def test_all_reports_about_a_post_stand_together_the_oldest_post_first(client, db):
    topic = make.topic()
    first, second = reported(topic, comment="One."), reported(topic, comment="Two.")
    reporter = make.viewer()
    with transaction():
        actions.report_post(reporter, first, topic, "abuse", "Three.")
    moderator = make.moderator()

    page = client(moderator).get("/moderation/reports/").text

    assert page.index("One.") < page.index("Three.") < page.index("Two.")
    assert [post_id for post_id, _ in queries.page_of_reported(moderator, is_open=True)] == [first.id, second.id]


@pytest.mark.parametrize(
    ("do", "outcome", "state"),
    [("done", "done", "published"), ("dismiss", "dismissed", "published"), ("hide", "hidden", HIDDEN)],
)
def test_reports_are_closed_with_an_outcome(client, db, do, outcome, state):
    post = reported()
    browser = client(make.board_moderator(db.get(Board, post.topic.board_id)))

    answer = browser.post("/moderation/reports", data={"post": post.id, "do": do, "reason": "seen"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/moderation/reports/")
    assert db.scalars(sa.select(Report.outcome)).all() == [outcome]
    assert db.get(Post, post.id).state == state
    assert log()[-1] == ("close_reports", "seen")
    assert ("hide_post", "seen") in log() or do != "hide"
    assert WORDS not in browser.get("/moderation/reports/").text
    assert WORDS in browser.get("/moderation/reports/closed/").text
    assert differences(db) == []


def test_reports_of_other_boards_are_not_closed(db):
    post = reported()
    other = make.board_moderator(make.board())

    for stranger in (make.viewer(), other):
        with pytest.raises(Forbidden), transaction():
            actions.close_reports(stranger, post, post.topic, "done")


def test_reports_are_paged_without_losing_any(client, db, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    topic = make.topic()
    posts = [reported(topic, comment=f"Comment {number}.") for number in range(5)]
    browser = client(make.moderator())

    seen, address = [], "/moderation/reports/"
    while address:
        page = browser.get(address).text
        seen += [post.id for post in posts if f'id="report-{post.id}"' in page]
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more and f"/moderation/reports/{more[1]}"

    assert seen == [post.id for post in posts]


def test_the_list_costs_the_same_for_one_and_for_many(client, db, count_queries):
    topic = make.topic()
    reported(topic)
    browser = client(make.moderator())
    browser.get("/moderation/reports/")
    with count_queries() as one:
        browser.get("/moderation/reports/")
    for _ in range(6):
        reported(topic)
    browser.get("/moderation/reports/")
    with count_queries() as many:
        browser.get("/moderation/reports/")

    assert len(one) == len(many) <= 9
