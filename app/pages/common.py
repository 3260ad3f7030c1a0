"""What all readers of a page of a thread share, kept so that each of them costs only what is their own.

A copy holds published posts and what everybody may know of them. Whether its topic may be read is asked for each viewer by
the policy; moderators, who see more, read for themselves. Copies are dropped by the tags of `app/freshness.py`, in other
processes too before a request that began after the change reads one (`accounts/sign_in.py` learns of changes with the sign-in).
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property

from markupsafe import Markup

from app.features.accounts.viewer import Viewer
from app.features.posts import cards
from app.features.posts.models import Pick, ShownPost
from app.features.reactions import queries as reactions
from app.features.reactions.queries import Tally
from app.features.topics import policy as topic_policy
from app.features.topics import queries as topics
from app.features.topics.models import Topic
from app.kernel.cache.copies import Copies
from app.kernel.db import is_reading_replica
from app.kernel.errors import NotFound
from app.kernel.paging import Paging

SECONDS = 60.0
POST_BYTES = 2000  # what a shown post and its names take beside its text
WAYS = 150  # cards a copy keeps made: six kinds of readers of a page of 25


@dataclass(frozen=True)
class CommonPage:
    """A page of a thread without its reader. `cards` holds posts as they were made for one kind of reader."""

    topic: Topic
    posts: Sequence[ShownPost]
    tallies: Mapping[int, Sequence[Tally]]
    picks: Sequence[Pick]
    cards: dict[Hashable, Markup] = field(default_factory=dict)

    @cached_property
    def tags(self) -> set[str]:
        """What is shown, as the tags that say when it changes."""
        shown: list[ShownPost | Pick] = [*self.posts, *self.picks]
        people = {self.topic.author_id, *(post.author.id for post in shown)}
        people |= {by.id for post in self.posts if (by := post.edited_by)}
        people |= {by.id for post in shown if (by := post.recommended_by)}
        return {
            f"topic:{self.topic.id}",
            *(f"post:{post.id}" for post in shown),
            *(f"user:{user_id}" for user_id in people),
        }

    @property
    def size(self) -> int:
        """Bytes, by estimate: the text, and cards made of it for readers of a few kinds."""
        return sum(POST_BYTES + 4 * (POST_BYTES + len(post.html)) for post in self.posts)

    def keep(self, key: Hashable, card: Markup) -> Markup:
        """Remember a made card; when there are too many kinds, the oldest leave."""
        while len(self.cards) >= WAYS:
            self.cards.pop(next(iter(self.cards)), None)
        self.cards[key] = card
        return card


_Key = tuple[int, int, int]
common_pages: Copies[_Key, CommonPage] = Copies(0)
# The moment the running request began: what it reads may be as old as that, since its first statement fixes what it sees.
_began: ContextVar[int | None] = ContextVar("began", default=None)


def begin() -> None:
    """Called when a request begins, before it reads anything."""
    _began.set(common_pages.moment())


def page_for(viewer: Viewer, topic_id: int, number: int, size: int) -> tuple[CommonPage, int]:
    """The page of the topic as this viewer may see it, and the newest post they have read; reactions of theirs are marked.

    Raises NotFound for an invisible topic or a page it has not.
    """
    key = (topic_id, number, size)
    found = common_pages.get(key)
    if found is None or viewer.moderates(found.topic.board_id):
        return _read(viewer, key)
    if not topic_policy.may_read(viewer, found.topic):
        raise NotFound
    return _marked(found, viewer), topics.mark_of(found.topic, viewer)


def _read(viewer: Viewer, key: _Key) -> tuple[CommonPage, int]:
    topic_id, number, size = key
    since = _began.get()
    topic, read_post_id = topics.get_topic_and_mark(topic_id, viewer)
    if not Paging(number, size, topic.post_count).exists:
        raise NotFound
    shown = cards.page_of_posts(viewer, topic, number, size)
    tallies = reactions.tallies_by_post([post.id for post in shown], viewer)
    page = CommonPage(topic, shown, tallies, cards.recommended_posts(viewer, topic))
    if since is None or viewer.moderates(topic.board_id) or is_reading_replica():
        return page, read_post_id
    everyones = CommonPage(topic, shown, reactions.nobodys(tallies), page.picks, page.cards)
    common_pages.keep(key, everyones, tags=page.tags, size=page.size, seconds=SECONDS, since=since)
    return page, read_post_id


def _marked(page: CommonPage, viewer: Viewer) -> CommonPage:
    own = reactions.own_kinds([post.id for post in page.posts if post.id in page.tallies], viewer)
    if not own:
        return page
    return CommonPage(page.topic, page.posts, reactions.marked(page.tallies, own), page.picks, page.cards)


def minute() -> int:
    """Changes each minute: "3 minutes ago" is said anew."""
    return int(time.time() // 60)
