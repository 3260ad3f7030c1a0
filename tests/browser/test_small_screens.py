"""Pages fit: on small phones, with large text, and written from right to left."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from app.features.site.actions import store_settings
from app.kernel.db import transaction
from tests.browser.conftest import Tab
from tests.browser.content import Content
from tests.browser.places import ROLES, go, places, who
from tests.browser.serving import Site
from tests.browser.test_accessibility import REFUSALS
from tests.browser.watching import Watch

# How far the page can be scrolled sideways, and what sticks out furthest.
OVERFLOW = """() => {
  const page = document.documentElement;
  const over = page.scrollWidth - page.clientWidth;
  if (over <= 0) return null;
  const inside = (element) => {
    for (let up = element.parentElement; up; up = up.parentElement) {
      if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX) && up !== document.body) return true;
    }
    return false;
  };
  const out = [...document.body.querySelectorAll('*')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && (box.right > page.clientWidth + .5 || box.left < -.5) && !inside(element);
  });
  const name = (element) => `${element.localName}#${element.id}.${[...element.classList].join('.')}`;
  return `${over} px: ${out.slice(0, 6).map(name).join(' ')}`;
}"""

TEXT_SIZE = "size => { document.documentElement.style.fontSize = size; }"
DIRECTION = "direction => { document.documentElement.dir = direction; }"


@pytest.mark.parametrize("role", ROLES)
def test_no_page_scrolls_sideways(role: str, page: Tab, seeded: Content, watch: Watch) -> None:
    watch.allowed = REFUSALS
    tab = page(who(role, seeded), width=360)
    wrong = []
    for place in places(seeded)[role]:
        go(tab, place)
        wrong += [f"{role}, {place.name}, {what}" for what in misfits(tab, is_main=place.is_main)]
    assert not wrong, "\n".join(wrong)


def misfits(tab: Page, *, is_main: bool) -> list[str]:
    found = {}
    for width in (360, 320):
        tab.set_viewport_size({"width": width, "height": 740})
        found[f"{width} px"] = tab.evaluate(OVERFLOW)
    tab.set_viewport_size({"width": 360, "height": 740})
    if is_main:
        tab.evaluate(TEXT_SIZE, "200%")
        found["360 px, text at 200 %"] = tab.evaluate(OVERFLOW)
        tab.evaluate(TEXT_SIZE, "")
    tab.evaluate(DIRECTION, "rtl")
    found["360 px, right to left"] = tab.evaluate(OVERFLOW)
    tab.set_viewport_size({"width": 1280, "height": 900})
    found["1280 px, right to left"] = tab.evaluate(OVERFLOW)
    return [f"{how}: {what}" for how, what in found.items() if what]


@pytest.mark.parametrize("role", ["guest", "moderator"])
def test_pages_in_arabic_run_from_right_to_left_and_fit(role: str, page: Tab, seeded: Content, site: Site) -> None:
    tab = page(who(role, seeded), width=360)
    wrong = []
    with speaking(site, "ar"):
        for place in places(seeded)[role]:
            if not place.is_main:
                continue
            go(tab, place)
            assert tab.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
            for width in (1280, 360):
                tab.set_viewport_size({"width": width, "height": 740})
                over = tab.evaluate(OVERFLOW)
                wrong += [f"{role}, {place.name}, {width} px: {over}"] if over else []
    assert not wrong, "\n".join(wrong)


@contextlib.contextmanager
def speaking(site: Site, locale: str) -> Iterator[None]:
    """The language of everyone who chose none."""
    try:
        with site.data(), transaction():
            store_settings(default_locale=locale)
        yield
    finally:
        with site.data(), transaction():
            store_settings(default_locale="en")
