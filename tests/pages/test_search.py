"""The page of the search."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from app.features.search.queries import finding
from app.features.site.actions import store_settings
from app.kernel.db import transaction
from app.pages import search as page
from tests import make
from tests.features.search.indexed import bring_up_to_date


@pytest.fixture
def look(client):
    """Search as somebody; gives the page."""

    def looking(query="", viewer=None, status=200, **fields):
        answer = client(viewer).get("/search/", query_string={"q": query, **fields})
        assert answer.status_code == status
        return BeautifulSoup(answer.text, "html.parser")

    return looking


def titles(soup):
    return [link.get_text() for link in soup.select(".hits h3 a")]


def notices(soup):
    return " ".join(soup.main.get_text(" ").split())


def test_without_a_query_it_says_how_to_search(look):
    soup = look()

    assert "How to search" in notices(soup)
    assert soup.select_one('main input[name="q"]')
    assert soup.title.get_text().startswith("Search")


def test_it_is_not_for_other_search_engines(client, db):
    answer = client().get("/search/?q=x")

    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text


def test_what_is_found_is_shown_with_the_words_marked(look):
    board = make.board("The Quay")
    topic = make.topic(board, title="Ferry <timetable>", body="The ferries & boats are **late**.")
    bring_up_to_date()

    soup = look("ferry late")

    assert titles(soup) == ["Ferry <timetable>"]
    assert [mark.get_text() for mark in soup.select(".hits mark")] == ["Ferry", "ferries", "late"]
    assert soup.select_one(".hit-text").get_text() == "The ferries & boats are late."
    assert soup.select_one(".hits h3 a")["href"] == f"/post/{topic.first_post_id}/"
    assert "The Quay" in soup.select_one(".hit-line").get_text()
    assert "1 post found" in notices(soup)


def test_what_was_typed_comes_back_and_is_never_markup(look):
    soup = look('"><script>alert(1)</script>')

    assert soup.select_one('main input[name="q"]')["value"] == '"><script>alert(1)</script>'
    assert not soup.main.select("script")


def test_spoilers_stay_closed_and_quotations_are_left_out(look):
    topic = make.topic(body="The butler ||did it||.\n\n> [Ann wrote](/post/1/):\n> who was it")
    bring_up_to_date()

    assert "did it" not in look("butler").select_one(".hit-text").get_text()
    assert titles(look("butler")) == [topic.title]


def test_nothing_found_is_said(look):
    make.topic()
    bring_up_to_date()

    assert "No post that you may read has all of this." in notices(look("zeppelin"))
    assert "Search without filters" in notices(look("zeppelin", titles="y"))


@pytest.mark.parametrize("query", ["-ferry", '"', "* ( )"])
def test_a_query_with_nothing_to_look_for_says_so(look, query):
    assert "Write at least one word" in notices(look(query))


def test_a_long_query_is_cut_and_says_so(look):
    assert "Only the first words" in notices(look(" ".join(f"w{n}" for n in range(30))))
    assert "Only the first words" in notices(look("x" * 3000))


def test_filters_narrow_and_stay_chosen(look):
    board, other = make.board("Here"), make.board("There")
    ann = make.viewer(make.member("Ann Lee"))
    topic = make.topic(board, ann, title="One", body="words")
    make.topic(other, title="Two", body="words")
    make.reply(topic, body="words")
    bring_up_to_date()

    assert titles(look("words", board=board.id)) == ["One", "One"]
    assert titles(look("words", board=board.id, by="ann lee")) == ["One"]
    assert titles(look("", by="Ann Lee")) == ["One"]
    assert titles(look("words", topic=topic.id, sort="newest")) == ["One", "One"]
    assert titles(look("two", titles="y")) == ["Two"]
    assert titles(look("words", before="2020-01-01")) == []
    assert len(titles(look("words", after="2020-01-01"))) == 3
    chosen = look("words", board=board.id, after="2020-01-01", titles="y")
    assert chosen.select_one("#board option[selected]").get_text() == "Here"
    assert chosen.select_one("#after")["value"] == "2020-01-01"
    assert chosen.select_one('[name="titles"]').has_attr("checked")
    assert chosen.select_one("details.search-more").has_attr("open")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"by": "Nobody"}, "There is no member with this name."),
        ({"by": "x" * 5000}, "There is no member with this name."),
        ({"after": "soon"}, "Please write the day as year-month-day"),
        ({"before": "9999-12-31"}, "Please write the day as year-month-day"),
        ({"before": "0001-01-01"}, "Please write the day as year-month-day"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_with_a_sentence(look, fields, sentence):
    soup = look("words", status=422, **fields)

    assert sentence in notices(soup)


@pytest.mark.parametrize(
    "fields", [{"board": "x"}, {"topic": "-1"}, {"sort": "sideways"}, {"older": "x"}, {"page": "0"}]
)
def test_fields_with_nonsense_are_left_alone(look, fields):
    topic = make.topic(body="words")
    bring_up_to_date()

    assert titles(look("words", **fields)) == [topic.title]


def test_places_the_viewer_does_not_know_of_are_not_found(look):
    private = make.private_board("Secret")
    topic = make.topic(private, make.moderator(), body="words")
    bring_up_to_date()

    look("words", board=private.id, status=404)
    look("words", topic=topic.id, status=404)
    look("words", board=999_999, status=404)
    assert "Secret" not in look("words").get_text()
    assert titles(look("words", make.moderator(), board=private.id)) == [topic.title]


def test_results_have_pages(look, monkeypatch):
    monkeypatch.setattr(page, "SIZE", 2)
    topic = make.topic(title="Talk", body="words")
    ids = [make.reply(topic, body="words").id for _ in range(4)]
    bring_up_to_date()

    first, third = look("words"), look("words", page=3)
    newest = look("words", sort="newest")
    older = newest.select_one('main a[rel~="next"]')["href"]

    assert len(titles(first)) == 2
    assert len(titles(third)) == 1
    assert "5 posts found" in notices(first)
    assert first.select_one('nav.pager a[rel="next"]')["href"] == "/search/?q=words&page=2"
    assert [a["href"] for a in newest.select(".hits h3 a")] == [f"/post/{i}/" for i in ids[:1:-1]]
    assert older == f"/search/?q=words&sort=newest&older={ids[2]}"
    look("words", page=4, status=404)


def test_it_says_when_it_has_not_looked_at_everything(look, monkeypatch):
    monkeypatch.setattr(page, "SIZE", 2)
    monkeypatch.setattr(finding, "RANKED", 4)
    monkeypatch.setattr(finding, "RANKED_AT_LEAST", 1)
    monkeypatch.setattr(finding, "LOOKED_AT", 4)
    board, secret = make.board(), make.board()
    make.topic(board, title="Old", body="words", replies=0)
    topic = make.topic(secret, title="New", body="words")
    for _ in range(12):
        make.reply(topic, body="words")
    bring_up_to_date()
    with transaction():
        topic.state = "hidden"

    assert "There is more" in notices(look("words", make.moderator()))
    soup = look("words", sort="newest")
    assert "Nothing found among the newest posts" in notices(soup)
    assert "Look further back" in notices(soup)


def test_a_search_that_takes_too_long_is_answered_with_advice(look, monkeypatch):
    def give_up(*_args, **_more):
        raise finding.TooSlow

    topic = make.topic(body="words")
    bring_up_to_date()
    monkeypatch.setattr(finding, "best", give_up)
    newest = look("words")
    monkeypatch.setattr(finding, "newest", give_up)

    assert titles(newest) == [topic.title]
    assert "the newest stand first" in notices(newest)
    assert "This search takes too long." in notices(look("words", status=503))


def test_staff_see_which_results_are_not_public(look):
    topic = make.topic(body="words")
    reply = make.reply(topic, body="words")
    bring_up_to_date()
    with transaction():
        reply.state = "hidden"

    assert len(titles(look("words"))) == 1
    assert [badge.get_text() for badge in look("words", make.moderator()).select(".hits .badge")] == ["Not public"]


def test_guests_of_one_network_may_search_thirty_times_a_minute(client, db):
    guest = client()
    answers = [guest.get("/search/?q=words") for _ in range(31)]

    assert {answer.status_code for answer in answers[:30]} == {200}
    assert answers[30].status_code == 429
    assert "too many searches in one minute" in answers[30].text
    assert answers[30].headers["Retry-After"]
    assert guest.get("/search/").status_code == 200
    assert client(make.viewer()).get("/search/?q=words").status_code == 200
    other = guest.get("/search/?q=words", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200


def test_a_page_of_results_costs_the_same_however_many_there_are(client, count_queries):
    topic = make.topic(body="words", replies=2)
    for _ in range(20):
        make.reply(topic, body="words of many")
    bring_up_to_date()
    viewer = client(make.viewer())
    viewer.get("/search/?q=words")
    with count_queries() as few:
        viewer.get("/search/?q=number")
    with count_queries() as many:
        viewer.get("/search/?q=words")

    assert len(many) <= len(few)
    assert len(many) <= 6


def test_every_page_has_a_way_to_search(client, db):
    soup = BeautifulSoup(client().get("/").text, "html.parser")

    form = soup.select_one("header search form")
    assert form["action"] == "/search/"
    assert form["method"] == "get"
    assert soup.select_one('header a[href="/search/"]')


@pytest.mark.parametrize(("locale", "heading"), [("de", "Suche"), ("ar", "البحث")])
def test_it_speaks_other_languages(client, db, locale, heading):
    with transaction():
        store_settings(default_locale=locale)

    soup = BeautifulSoup(client().get("/search/").text, "html.parser")

    assert soup.h1.get_text() == heading


def test_a_topic_and_a_board_lead_to_a_search_in_them(client, look):
    board = make.board("Quay")
    topic = make.topic(board, title="One", body="words")
    browser = client()

    for address in (f"/topic/{topic.id}-{topic.slug}/", f"/board/{board.id}-quay/"):
        soup = BeautifulSoup(browser.get(address).text, "html.parser")
        form = BeautifulSoup(browser.get(soup.select_one('aside a[href^="/search/"]')["href"]).text, "html.parser")
        assert "How to search" in notices(form)
        assert form.select_one('[name="topic"][checked], #board option[selected]')
