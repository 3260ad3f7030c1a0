"""Pages stay light (design, section 7), call nobody else, and set no cookie for who only reads."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup

from app.features.site.actions import store_settings
from app.kernel.db import transaction
from app.kernel.static import static_files
from tests.browser.conftest import Tab
from tests.browser.content import Content
from tests.browser.serving import Site
from tests.browser.threads import NewThread, new_thread
from tests.browser.watching import Watch

KILOBYTE = 1000


@pytest.fixture
def long_thread(site: Site, seeded: Content) -> Iterator[NewThread]:
    """25 posts on one page."""
    with site.data(), transaction():
        store_settings(posts_per_page=25)
    yield new_thread(site, seeded, replies=24)
    with site.data(), transaction():
        store_settings(posts_per_page=5)


def packed(text: str | bytes) -> int:
    return len(gzip.compress(text.encode() if isinstance(text, str) else text, 6))


@pytest.mark.parametrize("role", ["guest", "member", "moderator"])
def test_a_thread_of_25_posts_is_light(role: str, page: Tab, seeded: Content, long_thread: NewThread) -> None:
    who = {"guest": None, "member": seeded.ann, "moderator": seeded.mo}[role]
    html = page(who).context.request.get(long_thread.address).text()

    articles = BeautifulSoup(html, "html.parser").find_all("article", class_="post")
    assert len(articles) == 25
    words = "".join(str(article.find(class_="prose")) for article in articles)
    assert packed(html) - packed(words) < 100 * KILOBYTE
    if role != "moderator":
        raw = re.findall(r'<article class="post".*?</article>', html, re.DOTALL)
        heaviest = max(
            len(one.encode()) - len(str(a.find(class_="prose"))) for one, a in zip(raw, articles, strict=True)
        )
        assert heaviest < 2.5 * KILOBYTE


def test_styles_and_scripts_are_light() -> None:
    sizes = {name: packed(file.body) for name, file in static_files.files.items()}

    assert sizes["site.css"] + sizes["css/print.css"] < 20 * KILOBYTE
    assert sum(size for name, size in sizes.items() if name.endswith(".js")) < 30 * KILOBYTE


def test_a_guest_who_reads_gets_no_cookie_and_meets_no_other_site(page: Tab, seeded: Content, watch: Watch) -> None:
    tab = page()

    for path in ("/", seeded.board, seeded.thread, f"{seeded.thread}page/2/", f"/profile/{seeded.ann}-ann-reyes/"):
        tab.goto(path, wait_until="networkidle")

    assert tab.context.cookies() == []
    assert not [url for url in watch.requests if not url.startswith((watch.address, "data:"))]
    assert tab.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_second_page_loads_nothing_but_its_html(page: Tab, seeded: Content, watch: Watch) -> None:
    tab = page()
    tab.goto("/", wait_until="networkidle")
    answers = []
    tab.on("response", lambda answer: answers.append((answer.url, answer.from_service_worker, answer.request)))

    tab.goto(seeded.board, wait_until="networkidle")

    fetched = [url for url, _worker, request in answers if request.sizes()["responseBodySize"] > 0]
    assert fetched == [f"{watch.address}{seeded.board}"]
