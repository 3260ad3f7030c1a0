"""What every answer says to browsers."""

from __future__ import annotations

import dataclasses
import gzip

import pytest

from app.kernel.static import static_files
from tests import make


@pytest.mark.parametrize("path", ["/", "/nothing-here", "/healthz", "/robots.txt", "/sign-in/"])
def test_every_answer_carries_the_policies(client, db, path):
    headers = client().get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_pages_of_members_and_errors_are_never_stored(client, db):
    assert client(make.viewer()).get("/").headers["Cache-Control"] == "no-store"
    assert client().get("/nothing-here").headers["Cache-Control"] == "no-store"
    assert client().post("/sign-in/").headers["Cache-Control"] == "no-store"


def test_https_is_remembered_by_browsers_only_where_there_is_https(client, db, app):
    assert "Strict-Transport-Security" not in client().get("/healthz").headers
    plain = app.config["STOA"]
    assert dataclasses.replace(plain, site_url="https://forum.test").is_https


def test_static_files_are_stored_for_good_under_the_name_of_their_content(client, db):
    answer = client().get(static_files.url("site.css"), headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/css; charset=utf-8"
    assert b"--page" in gzip.decompress(answer.data)


def test_an_old_static_address_is_not_stored_for_good(client, db):
    assert "immutable" not in client().get("/static/0123456789ab/site.css").headers["Cache-Control"]


@pytest.mark.parametrize("name", ["../app/config.py", "css/none.css", "%2e%2e/run.py", ""])
def test_nothing_else_is_served(client, db, name):
    assert client().get(f"/static/{static_files.version}/{name}").status_code == 404


def test_a_method_without_meaning_is_refused(client, db):
    assert client().open("/", method="TRACE").status_code == 405


def test_readiness_knows_the_schema(client, db):
    answer = client().get("/readyz")

    assert (answer.status_code, answer.text) == (200, "ok")


def test_a_redirect_to_the_full_address_trusts_no_host_header(client, db):
    answer = client().get("/sign-in?next=/unread/", headers={"Host": "evil.test"})

    assert (answer.status_code, answer.headers["Location"]) == (308, "/sign-in/?next=/unread/")
