"""Becoming a member."""

import pytest
import sqlalchemy as sa

from app.features.accounts import actions
from app.features.accounts.models import ADMINISTRATORS, MEMBERS, SignIn, User
from app.features.site.actions import store_settings
from app.kernel.db import transaction
from app.kernel.errors import Invalid
from tests import make

FORM = {"name": "Ann Lee", "email": "Ann@Forum.test", "password": "a long walk by the sea", "terms": "on"}


def test_a_guest_becomes_a_member_and_is_signed_in(client, db):
    browser = client()

    answer = browser.post("/register/", data=FORM)

    assert (answer.status_code, answer.location) == (303, "/")
    user = db.scalars(sa.select(User)).one()
    assert (user.name, user.name_key, user.slug, user.email) == ("Ann Lee", "ann-lee", "ann-lee", "Ann@Forum.test")
    assert (user.email_key, user.group_id) == ("ann@forum.test", MEMBERS)
    assert user.agreed_at is not None
    assert user.password_hash.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    home = browser.get("/settings/")
    assert home.status_code == 200
    assert "Welcome, Ann Lee!" in home.text


def test_what_was_there_before_counts_as_read(client, db):
    make.topic(replies=1)

    client().post("/register/", data=FORM)

    newest = db.scalar(sa.text("select max(id) from posts"))
    assert db.scalars(sa.select(User.read_up_to_post_id).where(User.name == "Ann Lee")).one() == newest


def test_after_joining_one_goes_on_where_one_was(client, db):
    assert client().post("/register/", data=FORM | {"next": "/topic/1-x/"}).location == "/topic/1-x/"
    other = FORM | {"name": "Bo", "email": "bo@forum.test", "next": "//evil.test"}
    assert client().post("/register/", data=other).location == "/"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Please choose a display name."),
        ("name", "<b>x</b>", "letters, digits"),
        ("name", "\u0430dmin", "mixes letters"),
        ("name", "admin\xa0", "kept for the site"),
        ("name", "x" * 1_000_000, "at most 30 characters"),
        ("name", "a\0b", "nobody can see"),
        ("email", "ann", "name@example.org"),
        ("email", "a@b.test,c@evil.test", "name@example.org"),
        ("password", "short", "at least 10 characters"),
        ("password", "password123", "first that others would try"),
        ("password", "Ann Lee 2026", "little more than your name"),
        ("terms", "", "agree to the rules"),
        ("website", "http://spam.test", "leave the last field empty"),
    ],
)
def test_what_will_not_do_comes_back_with_a_sentence_and_everything_typed(client, db, field, value, sentence):
    typed = FORM | {field: value}

    answer = client().post("/register/", data={name: value for name, value in typed.items() if value})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text or field == "website"
    assert 'value="Ann@Forum.test"' in answer.text or field == "email"
    assert "a long walk" not in answer.text
    assert not answer.headers.getlist("Set-Cookie")
    assert db.scalar(sa.select(sa.func.count()).select_from(User)) == 0


@pytest.mark.parametrize("name", ["Ann Lee", "ANN_LEE", "Ánn Lee", "ann.lee", "𝐀𝐧𝐧 Lee"])
def test_a_name_that_looks_like_one_that_is_taken_is_refused(client, db, name):
    make.member("Ann Lee", "first@forum.test")

    answer = client().post("/register/", data=FORM | {"name": name})

    assert answer.status_code == 422
    assert "is taken" in answer.text


def test_an_address_belongs_to_one_account(client, db):
    make.member("Bo", "ann@forum.test")

    answer = client().post("/register/", data=FORM)

    assert answer.status_code == 422
    assert "There is an account with this e-mail address already" in answer.text


def test_the_database_is_the_judge_when_two_are_equally_fast(db, monkeypatch):
    make.member("Ann Lee", "first@forum.test")
    monkeypatch.setattr("app.features.accounts.queries.find_by_name", lambda _key: None)

    with pytest.raises(Invalid) as refused, transaction():
        actions.create_member("Ann Lee", "second@forum.test", make.PASSWORD)

    assert refused.value.field == "name"


def test_the_site_s_own_name_is_kept_for_it(db):
    with transaction():
        store_settings(name="Harbour Talk")

    with pytest.raises(Invalid), transaction():
        actions.create_member("HARBOUR TALK", "a@forum.test", make.PASSWORD)


def test_only_staff_are_made_with_a_reserved_name(db):
    with transaction():
        made = actions.create_member("admin", "root@forum.test", make.PASSWORD, ADMINISTRATORS)
    with pytest.raises(Invalid), transaction():
        actions.create_member("moderator", "a@forum.test", make.PASSWORD)

    assert made.group_id == ADMINISTRATORS


def test_a_closed_community_says_so_and_takes_nobody(client, db):
    with transaction():
        store_settings(registration_is_open=False)

    shown, sent = client().get("/register/"), client().post("/register/", data=FORM)

    assert "does not take new members" in shown.text
    assert 'name="password"' not in shown.text
    assert "does not take new members" in sent.text
    assert db.scalar(sa.select(sa.func.count()).select_from(User)) == 0


def test_members_need_no_second_account(client, db):
    browser = client(make.viewer())

    assert browser.get("/register/").status_code == 303
    browser.post("/register/", data=FORM)

    assert db.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_one_network_makes_no_more_than_twenty_accounts_an_hour(client, db, monkeypatch):
    monkeypatch.setattr("app.features.accounts.views.join.LIMIT", "1 per hour")
    client().post("/register/", data=FORM)

    answer = client().post("/register/", data=FORM | {"name": "Bo Berg", "email": "bo@forum.test"})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="Bo Berg"' in answer.text


def test_a_browser_that_joins_is_known_and_not_remembered_for_long(client, db):
    answer = client().post("/register/", data=FORM)

    opened = db.scalars(sa.select(SignIn)).one()
    assert not opened.is_remembered
    assert any(cookie.startswith("device=") for cookie in answer.headers.getlist("Set-Cookie"))
