"""Topics for tests that change them, and what one looks for on their pages."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.topics.models import Topic
from app.kernel.db import session
from tests import make
from tests.browser import content
from tests.browser.content import Content
from tests.browser.serving import Site

_numbers = itertools.count(1)


@dataclass(frozen=True)
class NewThread:
    title: str
    address: str

    @property
    def topic_id(self) -> int:
        return int(self.address.split("/")[2].split("-")[0])


def new_thread(site: Site, at: Content, *, replies: int = 0) -> NewThread:
    """A topic by Bram in The Quay with his replies "Reply number 1." and so on."""
    with site.data():
        bram = make.viewer(session.get(User, at.bram))
        title = f"A walk at low tide {next(_numbers)}"
        made = make.topic(session.get(Board, int(at.board_id)), bram, title=title, body="Shoes on the wall at six.")
        for number in range(1, replies + 1):
            make.reply(made, bram, f"Reply number {number}.")
        return NewThread(title, content.address(made))


def add_reply(site: Site, at: Content, thread: NewThread, body: str) -> None:
    """Bram writes while somebody else does."""
    with site.data():
        make.reply(session.get(Topic, thread.topic_id), make.viewer(session.get(User, at.bram)), body)


def posts(tab: Page) -> Locator:
    return tab.locator("article.post")


def post_saying(tab: Page, words: str) -> Locator:
    return posts(tab).filter(has=tab.locator(".prose", has_text=words))


def reply_field(tab: Page) -> Locator:
    return tab.get_by_label("Reply to this topic...")
