"""What was typed survives a sign-in that ran out, and a password asked for once more."""

import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.features.accounts.models import SignIn
from app.features.posts.models import Post
from app.kernel.db import session, transaction
from tests import make

TEXT = 'The 6:40 is gone & the 7:10 is full.\n\n> [Ann wrote](/post/1/):\n> quoted\n\n<b>1 < 2</b> "quotes"'


def form_of(answer, action):
    form = BeautifulSoup(answer.text, "html.parser").find("form", action=action)
    assert form is not None, f"no form to {action}"
    return form


def values_of(form):
    """What a browser would send, in order."""
    sent = []
    for field in form.find_all(["input", "textarea"]):
        if field.get("type") == "checkbox" and not field.has_attr("checked"):
            continue
        value = field.text.removeprefix("\n") if field.name == "textarea" else field.get("value", "")
        sent.append((field["name"], value))
    return sent


def as_data(pairs):
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data


def signing_in(answer, name="Ann Lee", password=make.PASSWORD):
    pairs = [pair for pair in values_of(form_of(answer, "/sign-in/")) if pair[0] not in {"login", "password"}]
    return as_data([*pairs, ("login", name), ("password", password)])


def test_a_reply_sent_after_the_sign_in_ended_is_posted_in_the_end(client, db):
    make.member()
    topic = make.topic()
    browser = client()
    action = f"/topic/{topic.id}-{topic.slug}/reply"

    refused = browser.post(
        action, data={"body": TEXT, "key": "k1", "seen": str(topic.last_post_id), "password": "secret"}
    )
    mistyped = browser.post("/sign-in/", data=signing_in(refused, password="not the password"))
    kept = browser.post("/sign-in/", data=signing_in(mistyped))

    assert (refused.status_code, mistyped.status_code, kept.status_code) == (403, 422, 200)
    assert "Sign in to reply." in refused.text
    assert refused.headers["Cache-Control"] == "no-store"
    assert "Your text is kept" in kept.text
    assert "Sign out" in kept.text
    assert "secret" not in refused.text + kept.text
    form = form_of(kept, action)
    assert form.find("textarea").text.removeprefix("\n").replace("\r\n", "\n") == TEXT
    assert [field["name"] for field in form.find_all("input", type="hidden")] == ["key", "seen"]

    sent = browser.post(action, data=as_data(values_of(form)))

    assert sent.status_code == 303
    newest = db.scalars(sa.select(Post).order_by(Post.id.desc())).first()
    assert newest.source.replace("\r\n", "\n") == TEXT


def test_in_a_board_guests_cannot_see_the_text_is_kept_as_well(client, db):
    viewer = make.viewer(make.member())
    topic = make.topic(make.board(guests=make.Right(0)), viewer)
    browser = client(viewer)
    with transaction():
        session.execute(sa.delete(SignIn))

    lost = browser.post(f"/topic/{topic.id}-{topic.slug}/reply", data={"body": TEXT})
    unknown = browser.post("/topic/99999-x/reply", data={"body": TEXT})
    guest = client().post(f"/topic/{topic.id}-{topic.slug}/reply", data={"body": TEXT})

    assert "Your sign-in has ended." in lost.text
    assert topic.title not in lost.text
    assert lost.status_code == unknown.status_code == 403
    assert guest.status_code == 404
    kept = browser.post("/sign-in/", data=signing_in(lost))
    assert form_of(kept, f"/topic/{topic.id}-{topic.slug}/reply").find("textarea")


def test_a_newcomer_keeps_the_text_through_registering(client, db):
    topic = make.topic()
    browser = client()
    action = f"/topic/{topic.id}-{topic.slug}/reply"
    refused = browser.post(action, data={"body": TEXT})
    button = form_of(refused, "/sign-in/").find("button", formaction="/register/")
    assert button is not None

    shown = browser.post("/register/", data=as_data(values_of(form_of(refused, "/sign-in/"))))
    new = {"name": "Bo Berg", "email": "bo@forum.test", "password": make.PASSWORD, "terms": "on"}
    carried = [pair for pair in values_of(form_of(shown, "/register/")) if pair[0] not in new]
    wrong = browser.post("/register/", data=as_data([*carried, *(new | {"email": "bo"}).items()]))
    carried = [pair for pair in values_of(form_of(wrong, "/register/")) if pair[0] not in new]
    kept = browser.post("/register/", data=as_data([*carried, *new.items()]))

    assert (shown.status_code, wrong.status_code, kept.status_code) == (200, 422, 200)
    assert browser.post(action, data=as_data(values_of(form_of(kept, action)))).status_code == 303


def test_a_page_asked_for_is_shown_after_the_sign_in(client, db):
    make.member()
    browser = client()

    asked = browser.get("/settings/account/?x=1")
    answer = browser.post("/sign-in/", data=signing_in(asked))

    assert asked.status_code == 403
    assert answer.location == "/settings/account/?x=1"


def test_a_form_is_only_ever_carried_to_this_site(client, db):
    make.member()

    answer = client().post(
        "/sign-in/",
        data={
            "login": "Ann Lee",
            "password": make.PASSWORD,
            "resume_action": "//evil.test/steal",
            "resume_name": "body",
            "resume_value": TEXT,
        },
    )

    assert (answer.status_code, answer.location) == (303, "/")


def test_what_another_site_sent_is_offered_to_nobody(client, db):
    topic = make.topic()

    answer = client().post(
        f"/topic/{topic.id}-{topic.slug}/reply",
        data={"body": "Buy my boat " * 9},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    assert "resume_action" not in answer.text


def test_account_pages_ask_for_the_password_and_go_on(client, db):
    viewer = make.viewer(make.member())
    browser = client(viewer, confirmed=False)

    sent_away = browser.get("/settings/account/")
    wrong = browser.post("/sign-in/confirm/", data={"password": "not the password", "next": "/settings/account/"})
    right = browser.post("/sign-in/confirm/", data={"password": make.PASSWORD, "next": "/settings/account/"})

    assert sent_away.location == "/sign-in/confirm/?next=%2Fsettings%2Faccount%2F"
    assert wrong.status_code == 422
    assert "That is not your password." in wrong.text
    assert right.location == "/settings/account/"
    assert browser.get("/settings/account/").status_code == 200


def test_a_form_that_needs_the_password_is_kept_meanwhile(client, db):
    viewer = make.viewer(make.member())
    browser = client(viewer, confirmed=False)
    old = browser.get_cookie("sid", domain="localhost").value

    asked = browser.post("/settings/account/email", data={"email": "new@forum.test"})
    pairs = [pair for pair in values_of(form_of(asked, "/sign-in/confirm/")) if pair[0] != "password"]
    kept = browser.post("/sign-in/confirm/", data=as_data([*pairs, ("password", make.PASSWORD)]))
    done = browser.post("/settings/account/email", data=as_data(values_of(form_of(kept, "/settings/account/email"))))

    assert (asked.status_code, kept.status_code, done.status_code) == (403, 200, 303)
    assert "new@forum.test" in browser.get("/settings/account/").text
    assert browser.get_cookie("sid", domain="localhost").value != old


def test_the_password_is_not_asked_for_too_often(client, db):
    browser = client(make.viewer(make.member()), confirmed=False)

    answers = [browser.post("/sign-in/confirm/", data={"password": "not the password"}).status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]
    assert browser.post("/sign-in/confirm/", data={"password": make.PASSWORD}).status_code == 429


def test_guests_have_no_password_to_confirm(client, db):
    assert client().get("/sign-in/confirm/").location == "/sign-in/"
    assert client().post("/sign-in/confirm/", data={"password": "x"}).status_code == 403
