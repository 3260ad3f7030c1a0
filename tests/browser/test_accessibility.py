"""What axe-core finds on every kind of page, in every theme, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import HEIGHTS, Tab
from tests.browser.content import Content
from tests.browser.places import ROLES, Place, go, places, who
from tests.browser.watching import Watch

WIDE, NARROW = 1280, 390
REFUSALS = {403, 404, 409, 422}
COLOR_RULES = ("color-contrast", "link-in-text-block")
USUAL = {"theme": "light", "contrast": "standard", "accent": "aegean"}
LOOKS = (
    {"theme": "dark", "contrast": "standard"},
    {"theme": "light", "contrast": "more"},
    {"theme": "dark", "contrast": "more"},
)
ACCENTS = ("olive", "clay", "fig", "marble")

RUN = """async (rules) => {
  const options = { resultTypes: ['violations'], elementRef: false };
  if (rules) options.runOnly = { type: 'rule', values: rules };
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, help, nodes }) => [id, help, nodes.slice(0, 3).map(
    ({ target, html, failureSummary }) => [target.join(' '), html.slice(0, 160), failureSummary])]);
}"""

DRESS = "look => Object.assign(document.documentElement.dataset, look)"

OPEN_EVERYTHING = """() => {
  for (const menu of document.querySelectorAll('details')) { menu.removeAttribute('name'); menu.open = true; }
}"""


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_no_violation(role: str, half: int, page: Tab, seeded: Content, watch: Watch) -> None:
    watch.allowed = REFUSALS
    tab = page(who(role, seeded))
    wrong = []
    for place in places(seeded)[role][half::2]:
        answer = go(tab, place)
        if answer.status != place.status:
            wrong.append(f"{place.name} ({answer.url}): {answer.status} instead of {place.status}")
        tab.evaluate(AXE_SCRIPT)
        wrong += [f"{role}, {place.name}, {violation}" for violation in violations(tab, place)]
    assert not wrong, "\n".join(wrong)


def violations(tab: Page, place: Place) -> Iterator[str]:
    """Everything wide and narrow, the colours again in the other looks; menus are opened on the main pages."""
    show(tab, NARROW)
    yield from run(tab, USUAL, None, NARROW)
    show(tab, WIDE)
    yield from run(tab, USUAL, None, WIDE)
    for look in LOOKS:
        yield from run(tab, look, COLOR_RULES, WIDE)
    for accent, theme in product(ACCENTS, ("light", "dark")):
        yield from run(tab, {**USUAL, "accent": accent, "theme": theme}, COLOR_RULES, WIDE)
    if place.is_main:
        tab.evaluate(OPEN_EVERYTHING)
        yield from run(tab, USUAL, None, WIDE)
        show(tab, NARROW)
        yield from run(tab, {**USUAL, "theme": "dark"}, COLOR_RULES, NARROW)


def show(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": HEIGHTS[width]})


def run(tab: Page, look: dict[str, str], rules: tuple[str, ...] | None, width: int) -> list[str]:
    tab.evaluate(DRESS, look)
    found: list[Any] = tab.evaluate(RUN, rules)
    return [
        f"{width} {'-'.join(look.values())}: {rule} ({text}) at {target}\n    {html}\n    {why}"
        for rule, text, nodes in found
        for target, html, why in nodes
    ]
