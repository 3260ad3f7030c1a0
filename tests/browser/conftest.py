"""A served forum and a real browser for it. Both last as long as the worker; every tab is new."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import servers
from tests.browser import content
from tests.browser.content import Content
from tests.browser.serving import Site, served
from tests.browser.watching import Watch

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
SCREENS = servers.ROOT / "var" / "screens"
PATIENCE = 8_000  # milliseconds until something that does not appear counts as missing
HEIGHTS = {360: 740, 390: 844, 1280: 900}

Tab = Callable[..., Page]
# With and without scripts, on a wide and a narrow screen: all four, or each of them once.
EVERY_WAY = pytest.mark.parametrize(
    ("width", "javascript"),
    [(1280, True), (1280, False), (390, True), (390, False)],
    ids=["wide", "wide-without-scripts", "narrow", "narrow-without-scripts"],
)
BOTH_WAYS = pytest.mark.parametrize(
    ("width", "javascript"), [(1280, True), (390, False)], ids=["wide", "narrow-without-scripts"]
)
_reports = pytest.StashKey[dict[str, pytest.TestReport]]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    item.stash.setdefault(_reports, {})[report.when] = report
    return report


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="session")
def seeded(site: Site) -> Content:
    """The forum that tests read and must leave as it is."""
    with site.data():
        return content.seed()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = servers.find_chromium()
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def watch(site: Site) -> Watch:
    """What went wrong in any tab of this test; it fails the test unless allowed."""
    return Watch(site.address)


@pytest.fixture
def page(site: Site, seeded: Content, browser: Browser, watch: Watch, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """`page(who=<user id>, width=390, javascript=False)` opens a tab of a browser that nobody used before."""
    contexts = []

    def open_tab(
        who: int | None = None,
        *,
        width: int = 1280,
        javascript: bool = True,
        color_scheme: str = "light",
        in_browser_of: Page | None = None,
    ) -> Page:
        if in_browser_of is not None:
            tab = in_browser_of.context.new_page()
        else:
            context = browser.new_context(
                base_url=site.address,
                viewport={"width": width, "height": HEIGHTS.get(width, 800)},
                java_script_enabled=javascript,
                color_scheme=color_scheme,
                reduced_motion="reduce",
                locale="en-GB",
                timezone_id="UTC",
            )
            context.set_default_timeout(PATIENCE)
            contexts.append(context)
            if who is not None:
                context.add_cookies([{"name": "sid", "value": site.sign_in(who), "url": site.address}])
            tab = context.new_page()
        watch.watch(tab)
        return tab

    yield open_tab

    reports = request.node.stash.get(_reports, {})
    if watch.found or any(report.failed for report in reports.values()):
        _keep_screens([tab for context in contexts for tab in context.pages], request.node.name)
    for context in contexts:
        context.close()
    assert not watch.found, "\n".join(watch.found)


def _keep_screens(tabs: list[Page], name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    for number, tab in enumerate(tabs):
        path: Path = SCREENS / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{number}.png"
        tab.screenshot(path=path, full_page=True)
        print(f"{tab.url}: {path}")
