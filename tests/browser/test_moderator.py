"""A moderator keeps order: post by post, topic by topic, and over several pages at once."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import BOTH_WAYS, EVERY_WAY, Tab
from tests.browser.content import Content
from tests.browser.serving import Site
from tests.browser.threads import NewThread, new_thread, post_saying, posts


@EVERY_WAY
def test_a_moderator_hides_and_restores_a_post(
    width: int, javascript: bool, page: Tab, seeded: Content, site: Site
) -> None:
    thread = new_thread(site, seeded, replies=2)
    tab = page(seeded.mo, width=width, javascript=javascript)
    tab.goto(thread.address)

    choose(post_saying(tab, "Reply number 1."), "Hide")
    give_reason(tab, "Off topic")
    tab.get_by_role("button", name="Hide").click()

    hidden = post_saying(tab, "Reply number 1.")
    expect(hidden).to_have_class(re.compile("post-hidden"))
    expect(hidden.locator(".post-banner")).to_contain_text(re.compile("Hidden by Mo Lindqvist, .* · Off topic"))
    guest = page(width=width, javascript=javascript)
    guest.goto(thread.address)
    expect(posts(guest)).to_have_count(2)

    choose(hidden, "Restore")
    expect(post_saying(tab, "Reply number 1.")).not_to_have_class(re.compile("post-hidden"))
    guest.reload()
    expect(posts(guest)).to_have_count(3)
    assert log_of(tab, thread) == ["Post restored", "Post hidden: Off topic"]


@EVERY_WAY
def test_a_moderator_splits_a_topic_and_merges_it_back(
    width: int, javascript: bool, page: Tab, seeded: Content, site: Site
) -> None:
    thread = new_thread(site, seeded, replies=3)
    tab = page(seeded.mo, width=width, javascript=javascript)
    tab.goto(thread.address)

    tick(tab, "Reply number 1.")
    tick(tab, "Reply number 3.")
    bar(tab).get_by_role("button", name="Split").click()
    tab.get_by_label("Title").fill(f"Split from {thread.title}")
    give_reason(tab, "Another matter")
    tab.get_by_role("button", name="Move").click()

    expect(tab.get_by_role("heading", level=1)).to_have_text(f"Split from {thread.title}")
    expect(posts(tab).locator(".prose")).to_have_text(["Reply number 1.", "Reply number 3."])
    split_address = tab.url
    tab.goto(thread.address)
    expect(posts(tab).locator(".prose")).to_have_text(["Shoes on the wall at six.", "Reply number 2."])

    tab.goto(split_address)
    tools(tab).get_by_role("button", name="Merge").click()
    tab.get_by_label("Address or number of the topic").fill(f"{site.address}{thread.address}")
    give_reason(tab, "It was the same after all")
    tab.get_by_role("button", name="Merge").click()

    expect(tab).to_have_url(re.compile(re.escape(thread.address)))
    expect(posts(tab)).to_have_count(4)
    expect(posts(tab).locator(".prose").last).to_have_text("Reply number 3.")
    tab.goto(split_address)
    expect(tab).to_have_url(re.compile(re.escape(thread.address)))
    assert "Posts split off: Another matter" in log_of(tab, thread)
    tab.goto("/moderation/log/")
    expect(tab.locator(".log")).to_contain_text("It was the same after all")


@EVERY_WAY
def test_a_moderator_moves_a_topic_and_leaves_a_link(
    width: int, javascript: bool, page: Tab, seeded: Content, site: Site
) -> None:
    thread = new_thread(site, seeded)
    tab = page(seeded.mo, width=width, javascript=javascript)
    tab.goto(thread.address)

    tools(tab).get_by_role("button", name="Move").click()
    tab.get_by_label("Board", exact=True).select_option(label="Town and Coast › The Quay › Timetables")
    tab.get_by_label("Leave a link in the old board").check()
    give_reason(tab, "It asks when")
    tab.get_by_role("button", name="Move").click()

    tab.goto(thread.address)
    expect(tab.get_by_role("navigation", name="Breadcrumb")).to_contain_text("Timetables")
    guest = page(width=width, javascript=javascript)
    guest.goto(seeded.board)
    guest.locator("li.moved").get_by_role("link", name=thread.title, exact=True).click()
    expect(guest).to_have_url(re.compile(re.escape(thread.address)))
    assert log_of(tab, thread) == ["Topic moved: It asks when"]


@BOTH_WAYS
def test_a_moderator_pins_locks_features_and_hides_a_topic(
    width: int, javascript: bool, page: Tab, seeded: Content, site: Site
) -> None:
    thread = new_thread(site, seeded)
    tab = page(seeded.mo, width=width, javascript=javascript)
    tab.goto(thread.address)

    for act in ("Pin", "Lock", "Feature"):
        tools(tab).get_by_label("Reason").fill(f"To {act.lower()} it")
        tools(tab).get_by_role("button", name=act, exact=True).click()
        expect(flash(tab)).to_be_visible()
    expect(tab.locator(".topic-sub .tags")).to_have_text(re.compile(r"Pinned\s*Featured\s*Locked"))

    member = page(seeded.ann, width=width, javascript=javascript)
    member.goto(thread.address)
    expect(member.get_by_role("button", name="Submit Reply")).to_have_count(0)
    expect(member.locator(".reply-sheet")).to_contain_text("closed to further replies")

    for act in ("Unpin", "Unlock", "Stop featuring"):
        tools(tab).get_by_role("button", name=act, exact=True).click()
        expect(flash(tab)).to_be_visible()
    expect(tab.locator(".topic-sub .tags")).to_have_count(0)

    tools(tab).get_by_role("button", name="Hide").click()
    give_reason(tab, "Advertising")
    tab.get_by_role("button", name="Hide").click()
    expect(tab.get_by_text("This topic is hidden. Only moderators see it.")).to_be_visible()
    assert log_of(tab, thread) == [
        "Topic hidden: Advertising",
        "Topic no longer featured",
        "Topic unlocked",
        "Topic unpinned",
        "Topic featured: To feature it",
        "Topic locked: To lock it",
        "Topic pinned: To pin it",
    ]


@EVERY_WAY
def test_posts_ticked_on_two_pages_are_acted_on_together(
    width: int, javascript: bool, page: Tab, seeded: Content, site: Site
) -> None:
    thread = new_thread(site, seeded, replies=7)
    tab = page(seeded.mo, width=width, javascript=javascript)
    tab.goto(thread.address)

    tick(tab, "Reply number 2.", kept=javascript)
    tick(tab, "Reply number 4.", kept=javascript)
    if javascript:
        expect(bar(tab).locator("output")).to_contain_text("2 selected")
    else:
        bar(tab).get_by_role("button", name="Keep for other pages").click()
        expect(flash(tab)).to_contain_text("2 are chosen")
    tab.get_by_role("link", name="Next").first.click()
    expect(bar(tab).locator("output")).to_have_text(re.compile("2 selected"))
    expect(bar(tab)).to_be_visible()
    tick(tab, "Reply number 6.", kept=javascript)
    bar(tab).get_by_role("button", name="Hide").click()

    expect(tab.locator(".chosen li")).to_have_count(3)
    give_reason(tab, "All three")
    tab.get_by_role("button", name="Hide").click()

    expect(flash(tab)).to_contain_text("3 posts are hidden.")
    tab.goto(thread.address)
    expect(bar(tab).locator("output")).to_contain_text("0 selected")
    expect(tab.locator(".post-hidden .prose")).to_have_text(["Reply number 2.", "Reply number 4.", "Reply number 6."])
    assert log_of(tab, thread) == ["Post hidden: All three"] * 3


@BOTH_WAYS
def test_topics_ticked_in_a_list_are_acted_on_together(
    width: int, javascript: bool, page: Tab, seeded: Content, site: Site
) -> None:
    threads = [new_thread(site, seeded), new_thread(site, seeded)]
    tab = page(seeded.mo, width=width, javascript=javascript)
    tab.goto(seeded.board)

    for thread in threads:
        tab.get_by_label(f"Select {thread.title}", exact=True).check()
    bar(tab).get_by_role("button", name="Lock", exact=True).click()

    expect(flash(tab)).to_contain_text("2 topics are locked.")
    for thread in threads:
        row = tab.locator(".topic-list li").filter(has=tab.get_by_role("link", name=thread.title, exact=True))
        expect(row).to_contain_text("Locked:")


def test_a_report_reaches_the_moderators_and_is_closed(page: Tab, seeded: Content, site: Site) -> None:
    thread = new_thread(site, seeded, replies=1)
    member = page(seeded.ann, width=390, javascript=False)
    member.goto(thread.address)

    post_saying(member, "Reply number 1.").get_by_role("link", name="Report").click()
    member.get_by_label("Rude or abusive").check()
    member.get_by_label("What should moderators know?").fill("Read it aloud.")
    member.get_by_role("button", name="Report").click()
    expect(flash(member)).to_be_visible()

    tab = page(seeded.mo)
    tab.goto("/moderation/reports/")
    report = tab.locator(".report").filter(has_text="Read it aloud.")
    expect(report).to_contain_text("Ann Reyes")
    expect(report).to_contain_text("Reply number 1.")


def options(post: Locator) -> Locator:
    menu = post.locator("details[name=options]")
    menu.locator("summary").click()
    return menu


def choose(post: Locator, act: str) -> None:
    options(post).get_by_role("button", name=act, exact=True).click()


def flash(tab: Page) -> Locator:
    return tab.locator(".flash")


def give_reason(tab: Page, reason: str) -> None:
    tab.get_by_label("Reason (for the log)").fill(reason)


def tick(tab: Page, words: str, *, kept: bool = False) -> None:
    """Tick a post; `kept` waits until the page's script has told the server."""
    box = post_saying(tab, words).get_by_role("checkbox", name=re.compile("Select post"))
    if not kept:
        box.check()
        return
    with tab.expect_response("**/moderation/selection"):
        box.check()


def bar(tab: Page) -> Locator:
    return tab.locator("form.mod-bar")


def tools(tab: Page) -> Locator:
    return tab.get_by_role("region", name="Moderate this topic")


def log_of(tab: Page, thread: NewThread) -> list[str]:
    """What the log says was done to the topic, newest first, with the reasons given."""
    tab.goto(f"/moderation/log/?topic={thread.topic_id}")
    rows = tab.locator(".log > li").all()
    return [
        ": ".join([row.locator("strong").inner_text(), *row.locator(".why").all_inner_texts()]).strip() for row in rows
    ]
