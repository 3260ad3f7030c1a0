"""What somebody wrote is never lost, and never posted twice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab
from tests.browser.content import PASSWORD, Content
from tests.browser.serving import Site
from tests.browser.threads import add_reply, new_thread, post_saying, posts, reply_field
from tests.browser.watching import Watch

WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
WORDS = "It took me an hour to write this, and I would not want to do it again.\n\nNot even in better weather."


@WITH_AND_WITHOUT_SCRIPTS
def test_a_double_click_makes_one_post(javascript: bool, page: Tab, seeded: Content, site: Site) -> None:
    thread = new_thread(site, seeded)
    tab = page(seeded.ann, javascript=javascript)
    tab.goto(thread.address)

    reply_field(tab).fill(WORDS)
    tab.get_by_role("button", name="Submit Reply").dblclick(no_wait_after=True)

    expect(post_saying(tab, "It took me an hour")).to_have_count(1)
    tab.reload()
    expect(posts(tab)).to_have_count(2)


@WITH_AND_WITHOUT_SCRIPTS
def test_going_back_and_sending_again_makes_one_post(javascript: bool, page: Tab, seeded: Content, site: Site) -> None:
    thread = new_thread(site, seeded)
    tab = page(seeded.ann, javascript=javascript)
    tab.goto(f"{thread.address}reply")
    tab.get_by_label("Text").fill(WORDS)
    tab.get_by_role("button", name="Submit Reply").click()
    expect(posts(tab)).to_have_count(2)

    tab.go_back()
    if not tab.get_by_label("Text").input_value():
        tab.get_by_label("Text").fill(WORDS)
    tab.get_by_role("button", name="Submit Reply").click()

    expect(tab).to_have_url(re.compile(r"#post-\d+$"))
    expect(posts(tab)).to_have_count(2)


@WITH_AND_WITHOUT_SCRIPTS
def test_whoever_was_signed_out_meanwhile_signs_in_and_sends_the_same_text(
    javascript: bool, page: Tab, seeded: Content, site: Site, watch: Watch
) -> None:
    thread = new_thread(site, seeded)
    tab = page(seeded.ann, javascript=javascript)
    tab.goto(thread.address)
    reply_field(tab).fill(WORDS)
    sign_out_elsewhere(page(in_browser_of=tab))

    watch.allowed = {403}
    tab.get_by_role("button", name="Submit Reply").click()
    expect(tab.get_by_text("What you wrote is kept")).to_be_visible()
    tab.get_by_label("Display name or e-mail address").fill("Ann Reyes")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign In").click()
    expect(tab.get_by_label("What you wrote")).to_have_value(WORDS)
    tab.get_by_role("button", name="Send it now").click()

    expect(post_saying(tab, "It took me an hour")).to_have_count(1)
    expect(posts(tab)).to_have_count(2)
    expect(reply_field(tab)).to_have_value("")


def sign_out_elsewhere(tab: Page) -> None:
    tab.goto("/sign-out/")
    tab.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(tab.get_by_text("You are signed out.")).to_be_visible()
    tab.close()


@WITH_AND_WITHOUT_SCRIPTS
def test_replies_that_came_in_are_shown_and_the_text_is_kept(
    javascript: bool, page: Tab, seeded: Content, site: Site, watch: Watch
) -> None:
    thread = new_thread(site, seeded)
    tab = page(seeded.ann, javascript=javascript)
    tab.goto(thread.address)
    reply_field(tab).fill(WORDS)
    add_reply(site, seeded, thread, "I was faster.")

    watch.allowed = {409}
    tab.get_by_role("button", name="Submit Reply").click()
    expect(tab.get_by_role("alert")).to_contain_text("A new reply came in while you were writing")
    expect(tab.get_by_text("I was faster.")).to_be_visible()
    expect(tab.get_by_label("Text")).to_have_value(WORDS)
    tab.get_by_role("button", name="Submit Reply").click()

    expect(posts(tab)).to_have_count(3)
    expect(posts(tab).last).to_contain_text("It took me an hour")
    expect(reply_field(tab)).to_have_value("")


@WITH_AND_WITHOUT_SCRIPTS
def test_a_refused_text_comes_back_with_the_reason(javascript: bool, page: Tab, seeded: Content, watch: Watch) -> None:
    long = "A tide is a tide. " * 2000
    tab = page(seeded.ann, javascript=javascript)
    tab.goto(f"{seeded.board}new-topic")
    tab.get_by_label("Title").fill("All I know about tides")
    tab.get_by_label("Text").fill(long)

    watch.allowed = {422}
    tab.get_by_role("button", name="Post topic").click()

    expect(tab.get_by_role("alert")).to_contain_text(re.compile("4,?000 too many"))
    expect(tab.get_by_label("Text")).to_have_value(long)
    expect(tab.get_by_label("Title")).to_have_value("All I know about tides")
    tab.once("dialog", lambda dialog: dialog.accept())


def test_whoever_leaves_is_asked_and_finds_the_text_again(page: Tab, seeded: Content, site: Site) -> None:
    thread = new_thread(site, seeded)
    tab, asked = page(seeded.ann), []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    tab.goto(thread.address)
    reply_field(tab).press_sequentially("Half a thou")

    tab.goto("/")
    tab.goto(thread.address)

    assert asked == ["beforeunload"]
    expect(reply_field(tab)).to_have_value("Half a thou")
    expect(tab.get_by_text("The text you had not sent yet is back.")).to_be_visible()
    tab.get_by_role("button", name="Discard it").click()
    expect(reply_field(tab)).to_have_value("")
    tab.reload()
    expect(reply_field(tab)).to_have_value("")


def test_a_text_sent_while_the_network_is_away_is_there_afterwards(
    page: Tab, seeded: Content, site: Site, watch: Watch
) -> None:
    thread = new_thread(site, seeded)
    tab = page(seeded.ann)
    tab.goto(thread.address)
    reply_field(tab).fill(WORDS)

    tab.context.set_offline(True)
    with tab.expect_event("requestfailed"):
        tab.get_by_role("button", name="Submit Reply").click(no_wait_after=True)
    tab.context.set_offline(False)
    watch.found.clear()
    tab.goto(thread.address)

    expect(reply_field(tab)).to_have_value(WORDS)
    tab.get_by_role("button", name="Submit Reply").click()
    expect(posts(tab)).to_have_count(2)
    expect(reply_field(tab)).to_have_value("")
