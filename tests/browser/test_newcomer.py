"""Somebody who has never been here reads, joins, and takes part."""

from __future__ import annotations

import itertools
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import BOTH_WAYS, EVERY_WAY, Tab
from tests.browser.content import Content
from tests.browser.serving import Site
from tests.browser.threads import new_thread, post_saying, posts, reply_field
from tests.browser.watching import Watch

NAMES = ("Ida Falk", "Jon Carr", "Kaya Brook", "Leo Sand", "Nora Pike", "Olga Reed")
_visitors = itertools.count()

SELECT = """([words]) => {
  for (const body of document.querySelectorAll('.prose')) {
    const walk = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const at = node.data.indexOf(words);
      if (at >= 0) { getSelection().setBaseAndExtent(node, at, node, at + words.length); return; }
    }
  }
}"""


@EVERY_WAY
def test_a_newcomer_goes_from_the_index_to_a_first_reply(
    width: int, javascript: bool, page: Tab, seeded: Content, site: Site
) -> None:
    thread = new_thread(site, seeded, replies=1)
    name = NAMES[next(_visitors)]
    tab = page(width=width, javascript=javascript)

    tab.goto("/")
    tab.get_by_role("link", name="The Quay", exact=True).click()
    tab.get_by_role("link", name=thread.title, exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(thread.title)
    tab.get_by_role("link", name="Register a new account").click()
    register(tab, name)

    expect(tab).to_have_url(re.compile(f"{thread.address}$"))
    expect(tab.get_by_role("status")).to_contain_text(f"Welcome, {name}!")
    reply_field(tab).fill("Count me in, **with boots**.")
    tab.get_by_role("button", name="Submit Reply").click()

    mine = post_saying(tab, "Count me in, with boots.")
    expect(mine.locator("strong")).to_have_text("with boots")
    expect(mine.get_by_role("heading", level=3)).to_have_text(name)
    expect(posts(tab)).to_have_count(3)


def register(tab: Page, name: str) -> None:
    tab.get_by_label("Display name").fill(name)
    tab.get_by_label("E-mail address").fill(f"{name.split(maxsplit=1)[0].lower()}@forum.test")
    tab.get_by_label("Password").fill("seven herons on a pier")
    tab.get_by_label("I have read the").check()
    tab.get_by_role("button", name="Create my account").click()


@EVERY_WAY
def test_a_member_follows_rates_quotes_and_edits(
    width: int, javascript: bool, page: Tab, seeded: Content, site: Site
) -> None:
    thread = new_thread(site, seeded, replies=1)
    tab = page(seeded.ann, width=width, javascript=javascript)
    tab.goto(thread.address)

    tab.locator(".follow-group summary").click()
    tab.get_by_label("Once a week").check()
    tab.get_by_label("Let others see that I follow this").uncheck()
    tab.locator(".follow-group").get_by_role("button", name="Follow", exact=True).click()
    expect(tab.locator(".follow-group summary")).to_have_text("Following")
    expect(tab.locator(".follow-count")).to_contain_text("2")

    tab.get_by_role("button", name="4 stars").click()
    expect(tab.locator(".rating")).to_contain_text("1 rating")
    expect(tab.get_by_role("button", name="4 stars")).to_have_attribute("aria-pressed", "true")
    tab.get_by_role("button", name="2 stars").click()
    expect(tab.get_by_role("button", name="2 stars")).to_have_attribute("aria-pressed", "true")
    tab.get_by_role("button", name="Withdraw").click()
    expect(tab.locator(".rating")).to_contain_text("Not rated yet")

    post_saying(tab, "Reply number 1.").get_by_role("link", name="Quote").click()
    field = reply_field(tab) if javascript else tab.get_by_label("Text")
    expect(field).to_have_value(re.compile(r"> \[Bram Okafor wrote\]\(/post/\d+/\):\n>\n> Reply number 1\.\n"))
    field.press("Control+End")
    field.press_sequentially("Exactly.")
    tab.get_by_role("button", name="Submit Reply").click()
    mine = post_saying(tab, "Exactly.")
    expect(mine.locator("figure.quote figcaption")).to_have_text("Bram Okafor wrote")

    mine.get_by_role("link", name="Edit").first.click()
    text = tab.get_by_label("Text")
    text.fill(f"{text.input_value()}\n\nAnd thank you.")
    tab.get_by_label("Reason for the edit").fill("manners")
    tab.get_by_role("button", name="Save changes").click()
    mine = post_saying(tab, "And thank you.")
    expect(mine.locator(".edited")).to_contain_text("manners")
    expect(mine.locator("figure.quote")).to_be_visible()


def test_selected_words_are_quoted_alone(page: Tab, seeded: Content, site: Site) -> None:
    thread = new_thread(site, seeded)
    tab = page(seeded.ann)
    tab.goto(thread.address)

    tab.evaluate(SELECT, ["on the wall"])
    posts(tab).first.get_by_role("link", name="Quote").click()

    expect(reply_field(tab)).to_have_value(
        re.compile(r"^> \[Bram Okafor wrote\]\(/post/\d+/\):\n>\n> on the wall\n\n$")
    )


@BOTH_WAYS
def test_a_member_reacts_and_shares(width: int, javascript: bool, page: Tab, seeded: Content, site: Site) -> None:
    thread = new_thread(site, seeded)
    tab = page(seeded.ann, width=width, javascript=javascript)
    tab.goto(thread.address)
    post = posts(tab).first

    post.get_by_text("React", exact=True).click()
    post.get_by_role("button", name="Thanks").click()
    expect(posts(tab).first.locator(".reactions")).to_contain_text("You")

    post = posts(tab).first
    post.get_by_text("Share this post").click()
    expect(post.get_by_label("Link to post")).to_have_value(re.compile(r"^http://127\.0\.0\.1:\d+/post/\d+/$"))
    expect(post.get_by_role("button", name="Copy")).to_be_visible(visible=javascript)


@BOTH_WAYS
def test_a_member_starts_a_topic_after_a_preview(width: int, javascript: bool, page: Tab, seeded: Content) -> None:
    tab = page(seeded.ann, width=width, javascript=javascript)
    tab.goto(seeded.board)

    tab.get_by_role("link", name="Start new topic").click()
    tab.get_by_label("Title").fill("A glove, left hand")
    tab.get_by_label("Text").fill("Found _at the pump_.")
    tab.get_by_role("button", name="Preview").click()
    expect(tab.get_by_role("region", name="Preview").locator("em")).to_have_text("at the pump")
    tab.get_by_role("button", name="Post topic").click()

    expect(tab.get_by_role("heading", level=1)).to_have_text("A glove, left hand")
    expect(posts(tab)).to_have_count(1)


def test_mistakes_in_the_form_are_said_and_nothing_typed_is_lost(page: Tab, seeded: Content, watch: Watch) -> None:
    watch.allowed = {422}
    tab = page()
    tab.goto("/register/")

    tab.get_by_label("Display name").fill("Ann Reyes")
    tab.get_by_label("E-mail address").fill("new@forum.test")
    tab.get_by_label("Password").fill("seven herons on a pier")
    tab.get_by_role("button", name="Create my account").click()

    expect(tab.get_by_role("alert")).to_be_visible()
    expect(tab.get_by_label("Display name")).to_have_value("Ann Reyes")
    expect(tab.get_by_label("E-mail address")).to_have_value("new@forum.test")
    tab.get_by_role("alert").get_by_role("link").first.click()
    assert tab.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
