"""The site's settings in the administration."""

import sqlalchemy as sa

from app.features.moderation.models import LogEntry
from app.features.site.queries import settings
from tests import make

FORM = {
    "name": "Saltmarsh",
    "description": "",
    "announcement": "",
    "posts_per_page": "25",
    "topics_per_page": "25",
    "presence_minutes": "30",
    "registration_is_open": "y",
    "contact_email": "",
    "rules": "",
    "privacy": "",
    "default_locale": "en",
    "time_zone": "UTC",
}


def test_changes_show_on_the_next_page_of_a_guest(db, client):
    guest, admin = client(), client(make.admin())
    before = guest.get("/").text

    form = FORM | {"announcement": "Choose **themes** at the bottom", "description": "By the sea"}
    answer = admin.post("/admin/settings/", data=form)
    after = guest.get("/").text

    assert answer.status_code == 303
    assert "Saltmarsh" not in before
    assert "- Saltmarsh</title>" in after
    assert "Choose <strong>themes</strong> at the bottom" in after
    entry = db.scalars(sa.select(LogEntry)).one()
    assert entry.act == "change_settings"
    assert entry.details == {"names": ["announcement", "description", "name"]}


def test_the_page_size_changes_where_pages_end(db, client):
    topic = make.topic(replies=6)
    address = f"/topic/{topic.id}-{topic.slug}/page/2/"
    before = client().get(address).status_code

    client(make.admin()).post("/admin/settings/", data=FORM | {"posts_per_page": "5"})

    assert settings().posts_per_page == 5
    assert before == 404
    assert client().get(address).status_code == 200


def test_saving_what_is_there_changes_and_logs_nothing(db, client):
    client(make.admin()).post("/admin/settings/", data=FORM | {"name": "Stoa"})

    assert settings().name == "Stoa"
    assert not db.scalars(sa.select(LogEntry)).all()


def test_a_preview_shows_the_text_and_stores_nothing(db, client):
    browser = client(make.admin())

    answer = browser.post("/admin/settings/", data=FORM | {"announcement": "Low **tide** <script>", "preview": "1"})

    assert answer.status_code == 200
    assert "Low <strong>tide</strong>" in answer.text
    assert "<script>" not in answer.text.split("<main")[1]
    assert "Low **tide** &lt;script&gt;</textarea>" in answer.text
    assert settings().announcement == ""


def test_wrong_values_come_back_with_sentences(db, client):
    wrong = {
        "name": "",
        "posts_per_page": "4",
        "topics_per_page": "101",
        "presence_minutes": "soon",
        "contact_email": "nobody",
        "time_zone": "Moon/Crater",
        "default_locale": "xx",
        "announcement": "a" * 2001,
        "rules": "Kept all the same.",
    }

    answer = client(make.admin()).post("/admin/settings/", data=FORM | wrong)

    assert answer.status_code == 422
    assert answer.text.count("Please write a number from 5 to 100.") >= 2
    for sentence in (
        "Please write a name.",
        "Please write a whole number, in figures.",
        "This does not look like an e-mail address.",
        "Please choose one of the list.",
        "This may have up to 2000 characters.",
        "Kept all the same.",
    ):
        assert sentence in answer.text
    for typed in ('value="4"', 'value="101"', 'value="soon"', 'value="nobody"'):
        assert typed in answer.text
    assert settings().name == "Stoa"


def test_numbers_that_no_column_holds_are_refused(db, client):
    browser = client(make.admin())

    for typed in ("", "9" * 5000, "-5", "²5", "25.0", " "):
        assert browser.post("/admin/settings/", data=FORM | {"posts_per_page": typed}).status_code == 422, typed
    assert browser.post("/admin/settings/", data=FORM | {"posts_per_page": " 100 "}).status_code == 303
