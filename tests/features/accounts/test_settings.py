"""Members' settings, and the theme and language forms of everybody."""

import pytest
import sqlalchemy as sa

from app.features.accounts.models import SignIn, User
from app.features.accounts.preferences import from_mapping
from tests import make

NEW_PASSWORD = "a longer walk by the sea"


def preferences_of(db, viewer):
    return from_mapping(db.scalars(sa.select(User.preferences).where(User.id == viewer.id)).one())


@pytest.mark.parametrize(
    "place",
    [
        "/settings/",
        "/settings/account/email",
        "/settings/account/password",
        "/settings/account/sign-ins/1/end",
        "/settings/account/sign-ins/end",
        "/settings/appearance/",
        "/settings/reading/",
    ],
)
def test_guests_have_no_settings(client, db, place):
    answer = client().post(place, data={"email": "a@forum.test"})

    assert answer.status_code == 403
    assert "Sign in to change your settings." in answer.text


@pytest.mark.parametrize(
    "place",
    [
        "/settings/account/email",
        "/settings/account/password",
        "/settings/account/sign-ins/1/end",
        "/settings/account/sign-ins/end",
    ],
)
def test_nothing_about_the_account_changes_without_a_recent_password(client, db, place):
    user = make.member()
    browser = client(make.viewer(user), confirmed=False)

    answer = browser.post(
        place, data={"email": "b@forum.test", "current_password": make.PASSWORD, "password": NEW_PASSWORD}
    )

    assert answer.status_code == 403
    assert "Your password, please" in answer.text
    assert NEW_PASSWORD not in answer.text
    assert db.scalars(sa.select(User.email)).one() == "ann@forum.test"


def test_a_profile_says_what_its_owner_wrote(client, db):
    viewer = make.viewer()
    browser = client(viewer)

    answer = browser.post("/settings/", data={"about": "Low water,\r\nlong walk. \0", "location": " The\tharbour "})

    assert answer.status_code == 303
    user = db.get(User, viewer.id)
    assert (user.about, user.location) == ("Low water,\nlong walk.", "The harbour")
    assert "long walk." in browser.get("/settings/").text


def test_a_profile_that_is_too_long_comes_back_whole(client, db):
    viewer = make.viewer()

    answer = client(viewer).post("/settings/", data={"about": "x" * 501, "location": "y" * 81})

    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    assert "y" * 81 in answer.text
    assert db.get(User, viewer.id).about == ""


def test_text_in_a_profile_is_only_text(client, db):
    viewer = make.viewer()
    browser = client(viewer)
    browser.post("/settings/", data={"about": '"><svg onload=alert(1)>', "location": "javascript:alert(1)<b>"})

    for place in ("/settings/", f"/profile/{viewer.id}-{viewer.slug}/"):
        shown = browser.get(place).text
        assert "<svg onload" not in shown
        assert "<b>" not in shown
        assert 'href="javascript' not in shown


def test_an_address_can_be_changed_to_one_that_is_free(client, db):
    viewer = make.viewer(make.member())
    make.member("Bo Berg", "bo@forum.test")
    browser = client(viewer)

    taken = browser.post("/settings/account/email", data={"email": "BO@forum.test"})
    wrong = browser.post("/settings/account/email", data={"email": "a@b.test,c@evil.test"})
    done = browser.post("/settings/account/email", data={"email": " Ann.New@forum.test "})

    assert (taken.status_code, wrong.status_code, done.status_code) == (422, 422, 303)
    assert "Another account has this e-mail address." in taken.text
    assert 'value="a@b.test,c@evil.test"' in wrong.text
    user = db.get(User, viewer.id)
    assert (user.email, user.email_key) == ("Ann.New@forum.test", "ann.new@forum.test")


def test_a_new_password_ends_every_other_sign_in(client, db):
    viewer = make.viewer(make.member())
    here, elsewhere = client(viewer), client(viewer)
    old = here.get_cookie("sid", domain="localhost").value

    answer = here.post("/settings/account/password", data={"current_password": make.PASSWORD, "password": NEW_PASSWORD})

    assert answer.status_code == 303
    assert here.get("/settings/").status_code == 200
    assert elsewhere.get("/settings/").status_code == 403
    assert here.get_cookie("sid", domain="localhost").value != old
    replay = client()
    replay.set_cookie("sid", old, domain="localhost")
    assert replay.get("/settings/").status_code == 403
    assert client().post("/sign-in/", data={"login": "Ann Lee", "password": NEW_PASSWORD}).status_code == 303
    assert client().post("/sign-in/", data={"login": "Ann Lee", "password": make.PASSWORD}).status_code == 422


@pytest.mark.parametrize(
    ("current", "new", "sentence"),
    [
        ("not the password", NEW_PASSWORD, "That is not your password."),
        ("", NEW_PASSWORD, "Please give your password."),
        (make.PASSWORD, "short", "at least 10 characters"),
        (make.PASSWORD, "password123", "first that others would try"),
        (make.PASSWORD, "Ann Lee 2026", "little more than your name"),
    ],
)
def test_a_password_is_changed_only_by_who_knows_it_and_to_one_that_will_do(client, db, current, new, sentence):
    viewer = make.viewer(make.member())
    before = db.scalars(sa.select(User.password_hash)).one()

    answer = client(viewer).post("/settings/account/password", data={"current_password": current, "password": new})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.scalars(sa.select(User.password_hash)).one() == before


def test_members_see_and_end_their_sign_ins(client, db):
    viewer, other = make.viewer(), make.viewer()
    here, elsewhere, stranger = client(viewer), client(viewer), client(other)
    ids = db.scalars(sa.select(SignIn.id).order_by(SignIn.id)).all()
    assert here.get("/settings/account/").text.count("This browser") == 1

    here.post(f"/settings/account/sign-ins/{ids[2]}/end")
    assert stranger.get("/settings/").status_code == 200
    here.post(f"/settings/account/sign-ins/{ids[1]}/end")

    assert elsewhere.get("/settings/").status_code == 403
    assert here.get("/settings/").status_code == 200


def test_all_other_sign_ins_end_at_once(client, db):
    viewer, other = make.viewer(), make.viewer()
    here, elsewhere, stranger = client(viewer), client(viewer), client(other)

    here.post("/settings/account/sign-ins/end")

    assert [browser.get("/settings/").status_code for browser in (here, elsewhere, stranger)] == [200, 403, 200]


def test_the_look_language_and_time_zone_are_kept_with_the_account(client, db):
    viewer = make.viewer()
    browser = client(viewer)
    sent = {"theme": "dark", "contrast": "more", "accent": "fig", "text": "large", "face": "serif"}

    answer = browser.post("/settings/appearance/", data=sent | {"locale": "en", "time_zone": "Europe/Athens"})

    assert answer.status_code == 303
    kept = preferences_of(db, viewer)
    assert kept.look == sent
    assert (kept.locale, kept.time_zone) == ("en", "Europe/Athens")
    page = browser.get("/settings/appearance/").text
    assert 'data-theme="dark" data-contrast="more" data-accent="fig" data-text="large" data-face="serif"' in page
    assert "<option selected>Europe/Athens</option>" in page


def test_what_is_no_choice_changes_nothing(client, db):
    viewer = make.viewer()
    sent = {"theme": "x", "accent": '"><svg>', "locale": "../../etc", "time_zone": "Nowhere/Land", "is_admin": "1"}

    answer = client(viewer).post("/settings/appearance/", data=sent)

    assert answer.status_code == 303
    assert preferences_of(db, viewer) == from_mapping({})
    assert "is_admin" not in db.scalars(sa.select(User.preferences)).one()


def test_reading_and_following_are_as_each_likes(client, db):
    viewer = make.viewer()
    browser = client(viewer)

    answer = browser.post(
        "/settings/reading/",
        data={"topic_links": "start", "follow_frequency": "weekly", "follow_replied": "on", "follow_anonymously": "on"},
    )
    wrong = browser.post("/settings/reading/", data={"topic_links": "nowhere", "follow_frequency": "hourly"})

    assert (answer.status_code, wrong.status_code) == (303, 422)
    kept = preferences_of(db, viewer)
    assert (kept.topic_links, kept.follow_frequency) == ("start", "weekly")
    assert (kept.follow_started, kept.follow_replied, kept.follow_anonymously) == (False, True, True)
    assert not kept.is_shown_present


def test_a_guest_s_look_is_kept_in_a_cookie_that_scripts_may_read(client, db):
    browser = client()

    answer = browser.post("/preferences", data={"theme": "dark", "accent": "fig", "next": "/rules/"})

    assert (answer.status_code, answer.location) == (303, "/rules/")
    cookie = answer.headers["Set-Cookie"]
    assert "theme=dark&accent=fig" in cookie
    assert "HttpOnly" not in cookie
    assert "Max-Age=31536000" in cookie
    assert "SameSite=Lax" in cookie
    assert 'data-theme="dark"' in browser.get("/rules/").text
    assert "Max-Age=0" in browser.post("/preferences", data={"theme": "auto", "accent": "aegean"}).headers["Set-Cookie"]


def test_one_choice_leaves_the_others_as_they_were(client, db):
    browser, viewer = client(), make.viewer()
    browser.post("/preferences", data={"theme": "dark"})
    browser.post("/preferences", data={"accent": "clay"})
    member = client(viewer)
    member.post("/preferences", data={"theme": "dark"})
    member.post("/preferences", data={"accent": "clay"})

    assert 'data-theme="dark" data-contrast="auto" data-accent="clay"' in browser.get("/rules/").text
    assert 'data-theme="dark" data-contrast="auto" data-accent="clay"' in member.get("/rules/").text
    assert preferences_of(db, viewer).theme == "dark"


@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"X-Requested-With": "fetch"}])
def test_scripts_get_an_empty_answer(client, db, headers):
    assert client().post("/preferences", data={"theme": "dark"}, headers=headers).status_code == 204


def test_choosing_a_look_leads_to_no_other_site(client, db):
    assert client().post("/preferences", data={"theme": "dark", "next": "//evil.test"}).location == "/"


def test_a_cookie_with_anything_in_it_does_no_harm(client, db):
    browser = client()
    browser.set_cookie("prefs", 'theme="><script>&accent=fig&locale=xx&time_zone=Nowhere', domain="localhost")
    browser.set_cookie("device", "x.y.z", domain="localhost")

    answer = browser.get("/rules/")

    assert answer.status_code == 200
    assert "<script>&" not in answer.text
    assert 'data-accent="fig"' in answer.text


def test_nobody_finds_out_by_a_list_which_addresses_are_taken(client, db):
    browser = client(make.viewer())
    make.member("Bo Berg", "bo@forum.test")

    tries = [browser.post("/settings/account/email", data={"email": "bo@forum.test"}) for _ in range(11)]

    assert [answer.status_code for answer in tries] == [422] * 10 + [429]
    assert "Retry-After" in tries[-1].headers
    assert "Another account" not in tries[-1].text
