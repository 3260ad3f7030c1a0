"""An administrator makes room, says who may do what, and sets what the whole site shares."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from app.features.site.actions import store_settings
from app.kernel.db import transaction
from tests.browser.conftest import BOTH_WAYS, Tab
from tests.browser.content import ANNOUNCEMENT, Content
from tests.browser.serving import Site
from tests.browser.threads import new_thread, posts
from tests.browser.watching import Watch


@pytest.fixture
def usual_settings(site: Site, seeded: Content):
    yield
    with site.data(), transaction():
        store_settings(announcement=ANNOUNCEMENT, posts_per_page=5)


@BOTH_WAYS
def test_an_administrator_makes_a_category_with_a_private_board(
    width: int, javascript: bool, page: Tab, seeded: Content, watch: Watch
) -> None:
    way = f"{width} {javascript}"
    tab = page(seeded.asha, width=width, javascript=javascript)
    tab.goto("/admin/boards/")

    tab.get_by_role("link", name="Add a category").click()
    tab.get_by_label("Name", exact=True).fill(f"Workshop {way}")
    tab.get_by_role("button", name="Add", exact=True).click()
    expect(tab.get_by_role("status")).to_contain_text("is added")

    tab.get_by_role("link", name="Boards", exact=True).first.click()
    tab.get_by_role("link", name="Add a board").click()
    tab.get_by_label("Name", exact=True).fill(f"Sails {way}")
    tab.get_by_label("Description", exact=True).fill("Needle and thread.")
    tab.get_by_label("Stands in").select_option(label=f"Workshop {way}")
    tab.get_by_role("button", name="Add", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(f"Sails {way}")

    guest = page(width=width, javascript=javascript)
    guest.goto("/")
    guest.get_by_role("link", name=f"Sails {way}", exact=True).click()
    board = guest.url

    guests = tab.get_by_role("row", name=re.compile("^Guests"))
    for box in guests.get_by_role("checkbox").all():
        box.uncheck()
    tab.get_by_role("button", name="Save permissions").click()
    expect(tab.get_by_role("status").first).to_be_visible()

    watch.allowed = {404}
    assert guest.goto(board).status == 404
    guest.goto("/")
    expect(guest.get_by_role("link", name=f"Sails {way}", exact=True)).to_have_count(0)
    member = page(seeded.ann, width=width, javascript=javascript)
    member.goto(board)
    expect(member.get_by_role("link", name="Start new topic")).to_be_visible()


@BOTH_WAYS
@pytest.mark.usefixtures("usual_settings")
def test_an_administrator_sets_the_announcement_and_the_page_size(
    width: int, javascript: bool, page: Tab, seeded: Content, site: Site
) -> None:
    thread = new_thread(site, seeded, replies=6)
    tab = page(seeded.asha, width=width, javascript=javascript)
    tab.goto("/admin/settings/")

    tab.get_by_role("textbox", name="Announcement").fill("The pier is **closed** on Friday.")
    tab.get_by_label("Posts on a page").fill("50")
    tab.get_by_role("button", name="Preview").click()
    expect(tab.get_by_role("region", name="Preview: Announcement").locator("strong")).to_have_text("closed")
    tab.get_by_role("button", name="Save settings").click()
    expect(tab.get_by_role("status")).to_be_visible()

    guest = page(width=width, javascript=javascript)
    guest.goto(thread.address)
    expect(guest.get_by_role("region", name="Announcement")).to_contain_text("The pier is closed on Friday.")
    expect(posts(guest)).to_have_count(7)


def test_boards_are_put_in_order_without_scripts(page: Tab, seeded: Content) -> None:
    tab = page(seeded.asha, javascript=False)
    tab.goto("/admin/boards/")
    names = tab.locator(".board-tree > li > ol > li > .tree-row h3")
    before = names.all_inner_texts()

    tab.get_by_role("button", name=f"Move {before[1]} up").click()
    expect(names).to_have_text([before[1], before[0], *before[2:]])
    tab.get_by_role("button", name=f"Move {before[1]} down").click()
    expect(names).to_have_text(before)
