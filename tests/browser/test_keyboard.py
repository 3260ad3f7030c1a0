"""Everything can be reached and done with a keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Tab
from tests.browser.content import Content
from tests.browser.serving import Site
from tests.browser.threads import new_thread, posts, reply_field

FOCUS = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  // An input inside its label shows the label's ring.
  const seen = [element, element.closest('label'), element.parentElement].filter(Boolean).map((e) => getComputedStyle(e));
  const box = element.getBoundingClientRect();
  return {
    name: `${element.localName}.${element.className} ${(element.textContent || element.name || '').trim().slice(0, 30)}`,
    ring: seen.some((style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none'),
    inView: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
}"""


def test_the_skip_link_comes_first_and_leads_to_the_content(page: Tab, seeded: Content) -> None:
    tab = page()
    tab.goto(seeded.thread)

    tab.keyboard.press("Tab")
    link = tab.get_by_role("link", name="Jump to content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    tab.keyboard.press("Enter")

    expect(tab.locator("main")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
def test_whatever_has_the_focus_shows_it(width: int, page: Tab, seeded: Content) -> None:
    tab = page(seeded.ann, width=width)
    tab.goto(seeded.thread)

    unseen, steps = [], 0
    while steps < 60:
        tab.keyboard.press("Tab")
        at = tab.evaluate(FOCUS)
        if at is None:
            break
        steps += 1
        if not (at["ring"] and at["inView"]):
            unseen.append(at["name"])

    assert steps > 20
    assert not unseen


def test_menus_open_and_close_with_keys(page: Tab, seeded: Content) -> None:
    tab = page(seeded.ann)
    tab.goto(seeded.thread)

    menu = tab.locator("details.share").first
    menu.locator("summary").focus()
    tab.keyboard.press("Enter")
    expect(menu.locator(".panel")).to_be_visible()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Escape")
    expect(menu.locator(".panel")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()

    button = tab.get_by_role("button", name="Your account")
    button.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#account")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator("#account")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_reply_is_sent_with_control_and_enter(page: Tab, seeded: Content, site: Site) -> None:
    thread = new_thread(site, seeded)
    tab = page(seeded.ann)
    tab.goto(thread.address)

    reply_field(tab).fill("Sent without a mouse.")
    tab.keyboard.press("Control+Enter")

    expect(posts(tab)).to_have_count(2)
    expect(posts(tab).last).to_contain_text("Sent without a mouse.")
