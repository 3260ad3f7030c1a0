"""Signing in and out: who gets in, how often one may try, and what the cookies are like."""

import dataclasses
import datetime as dt
import time

import pytest
import sqlalchemy as sa

from app.features.accounts import passwords
from app.features.accounts.actions import attempts
from app.features.accounts.jobs import forget_old_sign_ins
from app.features.accounts.models import SignIn, SignInFailure, User
from app.features.accounts.sign_in import device_name, hash_token
from app.kernel.clock import now
from app.kernel.db import session, transaction
from tests import make

WRONG = "The name or the password is not right."


def sign_in(browser, login="Ann Lee", password=make.PASSWORD, address="192.0.2.1", **more):
    return browser.post(
        "/sign-in/", data={"login": login, "password": password, **more}, environ_base={"REMOTE_ADDR": address}
    )


def cookies_of(answer):
    return {cookie.partition("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}


def is_member(browser):
    return browser.get("/settings/").status_code == 200


@pytest.mark.parametrize("login", ["Ann Lee", "ann lee", "ANN-LEE", "ann@forum.test", " Ann@FORUM.test "])
def test_members_sign_in_by_name_or_address(client, db, login):
    make.member()
    browser = client()

    answer = sign_in(browser, login)

    assert (answer.status_code, answer.location) == (303, "/")
    assert is_member(browser)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("Ann Lee", "another long password"),
        ("Ann Lee", make.PASSWORD.upper()),
        ("Ann Lee", make.PASSWORD + " "),
        ("Ann Lee", make.PASSWORD + "\0x"),
        ("Nobody Here", make.PASSWORD),
        ("nobody@forum.test", make.PASSWORD),
        ("Ann\0Lee\ud800"[:7], make.PASSWORD),
        ("%", make.PASSWORD),
        ("Ann Lee", "x" * 100_000),
    ],
)
def test_nobody_else_gets_in_and_all_are_told_the_same(client, db, login, password):
    make.member()
    browser = client()

    answer = sign_in(browser, login, password)

    assert answer.status_code == 422
    assert WRONG in answer.text
    assert not answer.headers.getlist("Set-Cookie")
    assert not is_member(browser)


@pytest.mark.parametrize("form", [{}, {"login": "Ann Lee"}, {"password": "x"}, {"login": "x" * 300, "password": "x"}])
def test_an_incomplete_form_comes_back(client, db, form):
    answer = client().post("/sign-in/", data=form)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_an_unknown_account_answers_like_a_wrong_password(client, db, count_queries):
    make.member("Ann Lee", password_hash=passwords.hash_password(make.PASSWORD))
    browser = client()
    seconds, answers, statements = {"Ann Lee": [], "Bob Lee": []}, {}, {}

    for number in range(6):
        for login, taken in seconds.items():
            with count_queries() as seen:
                started = time.thread_time()
                answers[login] = sign_in(browser, login, "another long password", f"192.0.2.{number}")
                taken.append(time.thread_time() - started)
            statements[login] = seen

    known, unknown = answers["Ann Lee"], answers["Bob Lee"]
    assert known.status_code == unknown.status_code == 422
    assert known.text == unknown.text.replace("Bob Lee", "Ann Lee")
    assert list(known.headers.keys()) == list(unknown.headers.keys())
    assert statements["Ann Lee"] == statements["Bob Lee"]
    shortest = [min(taken) for taken in seconds.values()]
    assert max(shortest) < min(shortest) * 1.5


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_another_site_cannot_sign_anybody_in(client, db, headers):
    make.member()
    browser = client()

    answer = browser.post("/sign-in/", data={"login": "Ann Lee", "password": make.PASSWORD}, headers=headers)

    assert answer.status_code == 403
    assert "another site" in answer.text
    assert "resume_action" not in answer.text
    assert not answer.headers.getlist("Set-Cookie")


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://evil.test", 403), ("null", 403), ("http://localhost.evil.test", 403), ("http://localhost", 303)],
)
def test_old_browsers_are_judged_by_their_origin(app, client, db, origin, status):
    make.member()
    browser = client()
    del browser.environ_base["HTTP_SEC_FETCH_SITE"]

    answer = browser.post("/sign-in/", data={"login": "Ann Lee", "password": make.PASSWORD}, headers={"Origin": origin})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("//evil.test", "/"),
        ("https://evil.test", "/"),
        ("\\\\evil.test", "/"),
        ("/\\evil.test", "/"),
        ("https:evil.test", "/"),
        ("http:\\\\evil.test", "/"),
        ("https://forum.test.evil.test", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.test", "/"),
        ("//[evil", "/"),
        ("/sign-out/", "/"),
        ("/%2f%2fevil.test", "/%2f%2fevil.test"),
        ("/ok?x=//evil.test", "/ok?x=//evil.test"),
    ],
)
def test_signing_in_ends_on_this_site(client, db, wanted, place):
    make.member()

    answer = sign_in(client(), next=wanted)

    assert (answer.status_code, answer.location) == (303, place)


def test_the_page_keeps_where_one_wanted_to_go(client, db):
    assert 'name="next" value="/topic/1-x/"' in client().get("/sign-in/?next=/topic/1-x/").text
    assert 'name="next" value="/"' in client().get("/sign-in/?next=//evil.test").text
    assert client(make.viewer()).get("/sign-in/?next=/activity/").location == "/activity/"


def test_the_cookie_is_for_the_server_alone_and_ends_with_the_browser(client, db):
    make.member()

    cookie = cookies_of(sign_in(client()))["sid"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Max-Age" not in cookie
    assert "Expires" not in cookie
    opened = db.scalars(sa.select(SignIn)).one()
    assert opened.expires_at - opened.created_at == dt.timedelta(hours=12)


def test_a_remembered_browser_stays_signed_in_for_ninety_days(client, db):
    make.member()

    cookie = cookies_of(sign_in(client(), remember="on"))["sid"]

    assert "Max-Age=77" in cookie
    opened = db.scalars(sa.select(SignIn)).one()
    assert opened.expires_at - opened.created_at == dt.timedelta(days=90)


def test_on_https_the_cookies_are_bound_to_the_host(app, client, db, monkeypatch):
    make.member()
    monkeypatch.setitem(app.config, "STOA", dataclasses.replace(app.config["STOA"], site_url="https://forum.test"))

    cookies = cookies_of(sign_in(client()))

    for name in ("__Host-sid", "__Host-device"):
        assert "Secure" in cookies[name]
        assert "HttpOnly" in cookies[name]
        assert "Path=/" in cookies[name]
        assert "Domain" not in cookies[name]


def test_guests_who_only_read_get_no_cookie(client, db):
    make.topic()
    browser = client()

    for place in ("/", "/sign-in/", "/register/", "/rules/", "/activity/"):
        assert not browser.get(place).headers.getlist("Set-Cookie")


def test_a_token_set_before_the_sign_in_is_never_taken_over(client, db):
    make.member()
    browser = client()
    browser.set_cookie("sid", "fixed-by-somebody-else", domain="localhost")

    answer = sign_in(browser)

    assert "fixed-by-somebody-else" not in cookies_of(answer)["sid"]
    other = client()
    other.set_cookie("sid", "fixed-by-somebody-else", domain="localhost")
    assert not is_member(other)


def test_every_sign_in_has_a_token_of_its_own_and_ends_the_browser_s_earlier_one(client, db):
    make.member()
    browser = client()
    sign_in(browser)
    first = browser.get_cookie("sid", domain="localhost").value

    sign_in(browser)

    second = browser.get_cookie("sid", domain="localhost").value
    assert first != second
    assert db.scalars(sa.select(SignIn.token_hash)).all() == [hash_token(second)]


def test_signing_out_ends_it_on_the_server(client, db):
    make.member()
    browser, thief = client(), client()
    sign_in(browser)
    thief.set_cookie("sid", browser.get_cookie("sid", domain="localhost").value, domain="localhost")
    assert is_member(thief)

    asked, answer = browser.get("/sign-out/"), browser.post("/sign-out/")

    assert 'action="/sign-out/"' in asked.text
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not is_member(browser)
    assert not is_member(thief)


def test_a_sign_in_ends_by_itself(client, db):
    viewer = make.viewer()
    browser = client(viewer)
    assert is_member(browser)

    with transaction():
        session.execute(sa.update(SignIn).values(expires_at=now() - dt.timedelta(seconds=1)))
    assert not is_member(browser)


def test_a_browser_left_alone_for_a_month_is_a_guest(client, db):
    browser = client(make.viewer())

    with transaction():
        session.execute(
            sa.update(SignIn).values(expires_at=now() + dt.timedelta(days=50), seen_at=now() - dt.timedelta(days=31))
        )

    assert not is_member(browser)


def test_a_hash_made_with_old_parameters_is_renewed_at_the_sign_in(client, db):
    user = make.member()
    assert passwords.is_outdated(user.password_hash)

    sign_in(client())

    assert not passwords.is_outdated(db.scalars(sa.select(User.password_hash)).one())
    assert sign_in(client()).status_code == 303


def test_the_eleventh_wrong_password_from_one_place_has_to_wait(client, db, unhurried):
    make.member()
    browser = client()
    for _number in range(attempts.PER_ACCOUNT_AND_NETWORK):
        assert sign_in(browser, password="another long password").status_code == 422

    refused = sign_in(browser)

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) == 15 * 60
    assert "too many wrong passwords" in refused.text
    assert 'value="Ann Lee"' in refused.text
    assert sign_in(browser, address="192.0.2.2").status_code == 303


def test_many_wrong_passwords_for_one_account_from_many_places_slow_down_and_then_stop(client, db):
    user = make.member()
    fail(f"account:{user.id}", attempts.UNHURRIED, seconds_ago=1)

    hurried = sign_in(client())

    assert hurried.status_code == 429
    assert int(hurried.headers["Retry-After"]) == 5
    with transaction():
        session.execute(sa.update(SignInFailure).values(at=now() - dt.timedelta(seconds=6)))
    assert sign_in(client()).status_code == 303

    fail(f"account:{user.id}", attempts.PER_ACCOUNT, seconds_ago=60)
    assert sign_in(client()).status_code == 429


def test_one_network_may_not_try_everybody(client, db):
    make.member()
    fail("network:192.0.2.1", attempts.PER_NETWORK, seconds_ago=60)

    assert sign_in(client()).status_code == 429
    assert sign_in(client(), address="2001:db8::1").status_code == 303


def test_a_device_that_was_signed_in_before_is_not_locked_out_by_others(client, db):
    user = make.member()
    known, stranger = client(), client()
    sign_in(known)
    known.post("/sign-out/")
    fail(f"account:{user.id}", attempts.PER_ACCOUNT, seconds_ago=1)
    fail("network:192.0.2.1", attempts.PER_NETWORK, seconds_ago=1)

    assert sign_in(stranger).status_code == 429
    assert sign_in(known).status_code == 303


def test_a_known_device_has_a_limit_of_its_own_and_a_forged_one_is_nobody(client, db):
    user = make.member()
    known, forged = client(), client()
    sign_in(known)
    known.post("/sign-out/")
    forged.set_cookie("device", known.get_cookie("device", domain="localhost").value[:-2] + "xx", domain="localhost")
    fail(f"account:{user.id}", attempts.PER_ACCOUNT, seconds_ago=60)

    assert sign_in(forged).status_code == 429
    answers = [sign_in(known, password="another long password").status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]


def test_wrong_passwords_are_forgotten_after_a_quarter_of_an_hour(client, db):
    user = make.member()
    fail(f"account:{user.id}", attempts.PER_ACCOUNT, seconds_ago=15 * 60 + 1)

    assert sign_in(client()).status_code == 303
    forget_old_sign_ins()
    assert db.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 0


def test_getting_in_forgets_the_mistakes_made_there(client, db, unhurried):
    make.member()
    browser = client()
    for _number in range(9):
        sign_in(browser, password="another long password")

    assert sign_in(browser).status_code == 303
    assert db.scalar(sa.select(sa.func.count()).where(SignInFailure.key.like("account:%:%"))) == 0


def test_the_cleaning_job_keeps_sign_ins_that_are_open(client, db):
    browser = client(make.viewer())

    forget_old_sign_ins()

    assert is_member(browser)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML) Chrome/142.0 Safari/537.36 Edg/142.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_devices_are_named_as_people_know_them(agent, name):
    assert device_name(agent) == name


@pytest.fixture
def unhurried(monkeypatch):
    """No pause between attempts, so that they can be counted."""
    monkeypatch.setattr(attempts, "PACE", dt.timedelta(0))


def fail(key, count, seconds_ago):
    at = now() - dt.timedelta(seconds=seconds_ago)
    with transaction():
        session.add_all([SignInFailure(key=key, at=at) for _ in range(count)])


def test_the_limit_does_not_tell_which_addresses_have_an_account(client, db, unhurried):
    make.member()

    for name in ("ann", "nobody"):
        spellings = [f"{name}@forum.test", f"{name.upper()}@Forum.Test", f" {name}@forum.test"]
        answers = [
            sign_in(client(), spellings[n % 3], "wrong", address=f"192.0.2.{len(name)}").status_code for n in range(11)
        ]
        assert answers == [422] * 10 + [429]
