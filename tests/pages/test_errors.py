"""What the page of an error gives back of the form that met it."""

from contextlib import ExitStack, contextmanager

import pytest

from app.features.accounts import passwords
from tests import make

WORDS = "The gulls are back on the harbour wall, and louder than ever."


@pytest.fixture
def nobody_can_sign_in(monkeypatch):
    """Every turn to hash a password is taken by somebody else."""
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    with ExitStack() as taken:
        while passwords._turns.acquire(timeout=0.01):
            taken.callback(passwords._turns.release)
        yield


@contextmanager
def unrendered(monkeypatch):
    """Nothing can be rendered: a fault of ours."""
    with monkeypatch.context() as broken:
        broken.setattr("app.features.posts.actions.write.markup.render", None)
        yield


def test_a_password_is_never_shown_by_an_error(client, db, nobody_can_sign_in):
    make.member()

    busy = client().post("/sign-in/", data={"login": "Ann Lee", "password": make.PASSWORD})

    assert busy.status_code == 503
    assert make.PASSWORD not in busy.text


def test_a_text_carried_through_a_sign_in_is_shown_when_that_fails(client, db, nobody_can_sign_in):
    make.member()
    carried = {"resume_action": "/topic/1/reply", "resume_name": "body", "resume_value": WORDS}

    busy = client().post("/sign-in/", data={"login": "Ann Lee", "password": make.PASSWORD, **carried})

    assert busy.status_code == 503
    assert WORDS in busy.text


def test_a_fault_gives_back_what_was_written_and_nothing_that_the_page_had_made(client, db, monkeypatch):
    topic, author = make.topic(), make.viewer()
    sent = {"body": WORDS, "key": "a-key-of-two-and-twenty", "next": "/topic/1-an-address-made-by-the-page/"}

    with unrendered(monkeypatch):
        fault = client(author).post(f"/topic/{topic.id}-x/reply", data=sent)

    assert fault.status_code == 500
    assert WORDS in fault.text
    assert fault.text.count("copy it before you leave") == 1


def test_words_from_another_site_are_not_shown(client, db):
    foreign = {"Sec-Fetch-Site": "cross-site"}

    refused = client().post("/preferences", data={"body": WORDS}, headers=foreign)

    assert refused.status_code == 403
    assert WORDS not in refused.text


def test_a_form_of_countless_fields_is_refused_unread(client, db):
    assert client().post("/sign-in/", data={"login": ["x"] * 999}).status_code == 422
    assert client().post("/sign-in/", data={"login": ["x"] * 1001}).status_code == 413


def test_a_theme_chosen_on_the_page_of_an_error_leads_to_a_page_that_exists(client, db):
    broken = client().post("/moderation/posts", data={"do": "hide"})

    assert broken.status_code >= 400
    assert 'name="next" value="/moderation/posts"' not in broken.text
