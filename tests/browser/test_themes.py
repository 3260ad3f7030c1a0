"""How the site looks is the visitor's choice: kept, and there from the first byte."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from app.features.site.actions import store_settings
from app.kernel.cache.changes import ASK_SECONDS
from app.kernel.db import transaction
from tests.browser.conftest import BOTH_WAYS, Tab
from tests.browser.content import ANNOUNCEMENT, Content
from tests.browser.serving import Site
from tests.browser.threads import posts

PAINTED = "() => getComputedStyle(document.body).backgroundColor"
LIGHTNESS = re.compile(r"[\d.]+")


def first_answer(tab: Page, path: str = "/") -> str:
    """The <html> tag as the server sends it."""
    return re.search("<html[^>]*>", tab.context.request.get(path).text())[0]


def choose_mode(tab: Page, where: str, mode: str, *, javascript: bool) -> None:
    menu = tab.locator(where)
    menu.locator("summary").click()
    menu.get_by_role("group", name="Mode").get_by_text(mode, exact=True).click()
    if not javascript:
        menu.get_by_role("button", name="Apply").click()


@pytest.mark.parametrize("menu", ["#themes", ".theme-menu"], ids=["footer", "header"])
@BOTH_WAYS
def test_a_guest_chooses_a_theme_that_is_kept(
    width: int, javascript: bool, menu: str, page: Tab, seeded: Content
) -> None:
    tab = page(width=width, javascript=javascript)
    tab.goto(seeded.board)
    assert 'data-theme="auto"' in first_answer(tab)
    before = tab.evaluate(PAINTED)

    with tab.expect_response("**/preferences"):
        choose_mode(tab, menu, "Dark", javascript=javascript)

    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    expect(tab).to_have_url(re.compile(f"{seeded.board}$"))
    assert tab.evaluate(PAINTED) != before
    assert 'data-theme="dark"' in first_answer(tab)
    assert [cookie["name"] for cookie in tab.context.cookies()] == ["prefs"]
    other = page(in_browser_of=tab)
    other.goto("/")
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")


@BOTH_WAYS
def test_a_members_theme_follows_to_other_browsers(width: int, javascript: bool, page: Tab, seeded: Content) -> None:
    tab = page(seeded.bram, width=width, javascript=javascript)
    tab.goto("/")

    with tab.expect_response("**/preferences"):
        choose_mode(tab, "#themes", "Dark", javascript=javascript)
    elsewhere = page(seeded.bram, width=width, javascript=javascript)
    assert 'data-theme="dark"' in first_answer(elsewhere)

    elsewhere.goto("/")
    with elsewhere.expect_response("**/preferences"):
        choose_mode(elsewhere, "#themes", "Automatic", javascript=javascript)
    assert 'data-theme="auto"' in first_answer(elsewhere)


@BOTH_WAYS
def test_a_guest_chooses_a_language_that_is_kept(width: int, javascript: bool, page: Tab, seeded: Content) -> None:
    tab = page(width=width, javascript=javascript)
    tab.goto(seeded.thread)

    tab.locator("#languages summary").click()
    tab.get_by_role("button", name="Deutsch").click()

    expect(tab.locator("html")).to_have_attribute("lang", "de")
    expect(tab).to_have_url(re.compile(re.escape(seeded.thread)))
    assert 'lang="de"' in first_answer(tab)


def test_without_a_choice_the_page_follows_the_system(page: Tab, seeded: Content) -> None:
    colors = []
    for scheme in ("light", "dark"):
        tab = page(color_scheme=scheme)
        tab.goto(seeded.thread)
        colors.append(tab.evaluate(PAINTED))

    light, dark = (float(LIGHTNESS.search(color)[0]) for color in colors)
    assert light > dark


@BOTH_WAYS
def test_an_announcement_is_dismissed_by_one_visitor_until_it_changes(
    width: int, javascript: bool, page: Tab, seeded: Content, site: Site
) -> None:
    tab = page(width=width, javascript=javascript)
    tab.goto(seeded.thread)
    notice = tab.get_by_role("region", name="Announcement")
    expect(notice).to_have_text(re.compile("To change color scheme, click on themes at bottom of page"))

    with tab.expect_response("**/announcement/dismiss"):
        notice.get_by_role("button", name="Dismiss this announcement").click()
    expect(notice).to_be_hidden()
    expect(tab).to_have_url(re.compile(re.escape(seeded.thread)))
    tab.goto("/")
    expect(notice).to_have_count(0)

    other = page(width=width, javascript=javascript)
    other.goto("/")
    expect(other.get_by_role("region", name="Announcement")).to_be_visible()

    try:
        announce(site, "The pier is open again.")
        tab.reload()
        expect(notice).to_contain_text("The pier is open again.")
    finally:
        announce(site, ANNOUNCEMENT)


def announce(site: Site, words: str) -> None:
    """Change the announcement from another process than the one that serves, and wait until that has asked for changes."""
    with site.data(), transaction():
        store_settings(announcement=words)
    time.sleep(3 * ASK_SECONDS)


def test_the_announcements_link_opens_the_themes(page: Tab, seeded: Content) -> None:
    tab = page()
    tab.goto(seeded.thread)

    tab.get_by_role("region", name="Announcement").get_by_role("link", name="themes").click()

    expect(tab.locator("#themes form")).to_be_in_viewport()


def test_print_shows_the_words_and_hides_the_furniture(page: Tab, seeded: Content) -> None:
    tab = page(seeded.mo)
    tab.goto(seeded.thread)

    tab.emulate_media(media="print")

    for part in (".site-header", ".site-footer", ".notice", ".rail", ".reply-sheet", ".pager-bar", ".post-actions"):
        for piece in tab.locator(part).all():
            expect(piece).to_be_hidden()
    expect(posts(tab).first.locator(".prose")).to_be_visible()
    expect(posts(tab).first.locator(".post-author .name")).to_be_visible()
    expect(tab.locator(".post-hidden").first).to_be_hidden()
