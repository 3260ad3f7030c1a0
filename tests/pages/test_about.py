"""Rules, privacy, contact, and the announcement."""

from app.features.site.actions import store_settings
from app.kernel.db import transaction
from tests import make


def test_a_new_site_has_rules_and_a_privacy_policy(client, db):
    for place, words in (("/rules/", "Be good company"), ("/privacy/", "When you only read")):
        page = client().get(place)
        assert page.status_code == 200
        assert words in page.text


def test_the_administrators_own_words_take_their_place(client, db):
    with transaction():
        store_settings(rules="**Be kind.** <script>alert(1)</script>", privacy="We keep *nothing*.")

    rules, privacy = client().get("/rules/").text, client().get("/privacy/").text

    assert "<strong>Be kind.</strong>" in rules
    assert "<script>alert" not in rules
    assert "Be good company" not in rules
    assert "We keep <em>nothing</em>." in privacy


def test_contact_names_the_address_and_the_staff(client, db):
    make.admin("Asha Venn")
    make.moderator("Ines Calder")
    make.viewer(make.user("Only Member"))
    assert "has not published an e-mail address" in client().get("/contact/").text

    with transaction():
        store_settings(contact_email="harbour@forum.test")
    page = client().get("/contact/").text

    assert "mailto:harbour@forum.test" in page
    assert "Asha Venn" in page
    assert "Ines Calder" in page
    assert "Only Member" not in page


def test_an_announcement_put_away_stays_away_until_there_is_a_new_one(client, db):
    with transaction():
        store_settings(announcement="The [themes](#themes) are new.")
    browser = client()
    shown = browser.get("/rules/").text
    key = shown.split('name="key" value="')[1].split('"')[0]

    answer = browser.post("/announcement/dismiss", data={"key": key, "next": "/rules/"})

    assert (answer.status_code, answer.location) == (303, "/rules/")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "are new." not in browser.get("/rules/").text
    assert "are new." in client().get("/rules/").text
    with transaction():
        store_settings(announcement="Something else.")
    assert "Something else." in browser.get("/rules/").text


def test_a_dismissal_of_something_else_is_not_kept(client, db):
    answer = client().post("/announcement/dismiss", data={"key": "x" * 5000, "next": "//evil.test"})

    assert answer.location == "/"
    assert "Set-Cookie" not in answer.headers
