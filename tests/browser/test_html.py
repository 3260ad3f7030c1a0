"""The Nu HTML checker finds no error on any kind of page."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests import servers
from tests.browser.conftest import Tab
from tests.browser.content import Content
from tests.browser.places import ROLES, Place, places, who

# Warnings that are accepted, and why.
ACCEPTED = {
    r"Section lacks heading": "a section may be named by aria-label",
    r"Article lacks heading": "a new reply above the composer is named by aria-label",
}


def test_the_html_checker_finds_no_error(page: Tab, seeded: Content, tmp_path: Path) -> None:
    jar = servers.find_vnu()
    if jar is None:
        pytest.skip("The Nu HTML checker or Java is not installed")
    for role in ROLES:
        browser = page(who(role, seeded)).context.request
        for place in places(seeded)[role]:
            (tmp_path / f"{role}, {place.name}.html").write_text(html_of(browser, place), encoding="utf-8")

    found = check(jar, tmp_path)

    assert not found, "\n".join(found)


def html_of(browser, place: Place) -> str:
    if not place.fields:
        return browser.get(place.path).text()
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    return browser.post(place.path, form=dict(place.fields), headers=same_origin).text()


def check(jar: Path, folder: Path) -> list[str]:
    """One run of the checker over a folder; one line for each message that is not accepted."""
    java = servers.find_java()
    options = ["-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", folder]
    done = subprocess.run([java, "-Xss2m", *options], capture_output=True, text=True, check=True)
    return [
        f"{Path(message['url']).stem}, line {message.get('lastLine')}: {message['message']} {message.get('extract', '')!r}"
        for message in json.loads(done.stdout)["messages"]
        if not is_accepted(message)
    ]


def is_accepted(message: dict[str, str]) -> bool:
    return message["type"] != "error" and any(re.search(pattern, message["message"]) for pattern in ACCEPTED)
