"""The thread page: what a topic's readers see, and every address that leads to it."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from urllib.parse import parse_qs, urlencode

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, get_timezone
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from app.addresses import board_url, post_url, topic_url
from app.features.accounts.queries import NEW_GROUP, GroupFacts, groups
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts, tree
from app.features.follows import policy as follow_policy
from app.features.follows import queries as follows
from app.features.follows.queries import FollowTarget, Wish
from app.features.moderation import queries as moderation
from app.features.posts import policy as post_policy
from app.features.posts import queries
from app.features.posts.models import Pick, ShownPost
from app.features.posts.views import new_key, place_of
from app.features.presence import queries as presence
from app.features.ratings import policy as rating_policy
from app.features.ratings import queries as ratings
from app.features.reactions import policy as reaction_policy
from app.features.reactions.queries import Tally
from app.features.site.queries import settings
from app.features.topics import actions as topic_actions
from app.features.topics import queries as topics
from app.features.topics.counting import count_view
from app.features.topics.models import Topic
from app.kernel.cache.pages import shows
from app.kernel.clock import now
from app.kernel.db import transaction
from app.kernel.errors import NotFound, StoaError
from app.kernel.paging import Paging
from app.kernel.routing import Ref, wanted_page
from app.kernel.verdict import Verdict
from app.pages.common import CommonPage, minute, page_for
from app.pages.described import discussion
from app.pages.guests import SHARED_SECONDS

log = logging.getLogger(__name__)

bp = Blueprint("thread", __name__)


@dataclass(frozen=True)
class PostCard:
    """One post with everything its reader may do with it."""

    post: ShownPost
    group: GroupFacts
    is_first_unread: bool
    is_starter: bool
    tallies: Sequence[Tally]
    may_react: bool
    may_edit: bool
    may_delete: bool
    may_report: bool
    is_selected: bool

    @property
    def html(self) -> Markup:
        return Markup(self.post.html)  # noqa: S704  (sanitised when it was written)

    @property
    def my_reaction(self) -> str:
        return next((tally.kind for tally in self.tallies if tally.is_mine), "")

    @property
    def reaction_count(self) -> int:
        return sum(tally.count for tally in self.tallies)

    def kind(self, reader: Hashable) -> Hashable:
        """Cards of the same kind read the same."""
        return self.post.id, reader, self.may_react, self.may_edit, self.may_delete, self.may_report, self.my_reaction


@dataclass(frozen=True)
class ThreadPage:
    viewer: Viewer
    topic: Topic
    board: BoardFacts
    paging: Paging
    common: CommonPage
    cards: Sequence[PostCard]
    may_reply: Verdict
    may_follow: Verdict
    follow: Wish | None
    may_rate: Verdict
    my_stars: int | None
    browsing: presence.Company
    first_unread: int | None
    read_post_id: int
    moderates: bool
    selected: AbstractSet[int]
    site_url: str

    @property
    def address(self) -> str:
        return topic_url(self.topic.id, self.topic.slug)

    def page_address(self, number: int) -> str:
        return topic_url(self.topic.id, self.topic.slug, number)

    @property
    def crumbs(self) -> list[BoardFacts]:
        return [*tree().ancestors(self.board.id), self.board]

    @property
    def target(self) -> FollowTarget:
        return FollowTarget("topic", self.address, self.follow, self.topic.follower_count, self.may_follow)

    @property
    def picks(self) -> Sequence[Pick]:
        return self.common.picks

    @property
    def tags(self) -> set[str]:
        """What is shown, as the tags that say when it changes (`app/freshness.py`)."""
        return self.common.tags | {f"user:{who.id}" for who in self.browsing}

    @cached_property
    def _reader(self) -> Hashable:
        """The kind of reader cards are made for."""
        return str(get_locale()), str(get_timezone()), minute(), bool(self.may_reply)

    def kept(self, card: PostCard) -> Markup | None:
        """The card as it was made for a reader of the same kind; moderators' cards are made each time."""
        return None if self.moderates else self.common.cards.get(card.kind(self._reader))

    def keep(self, card: PostCard, made: Markup) -> Markup:
        return made if self.moderates else self.common.keep(card.kind(self._reader), made)

    @cached_property
    def form_key(self) -> str:
        return new_key()

    @property
    def selected_elsewhere(self) -> AbstractSet[int]:
        return self.selected - {card.post.id for card in self.cards}

    @property
    def newest_shown(self) -> int:
        return max((card.post.id for card in self.cards if card.post.is_published), default=0)

    @property
    def description(self) -> str:
        return self.cards[0].post.excerpt if self.cards else ""

    @property
    def structured_data(self) -> Mapping[str, Any]:
        """The topic for search engines."""
        return discussion(self.site_url, self.board, self.topic, self.common.posts, self.paging.number)


def load_thread_page(viewer: Viewer, topic_id: int, number: int) -> ThreadPage:
    """Everything the page shows, by a fixed number of statements. Raises NotFound for an invisible topic or page."""
    size = settings().posts_per_page
    common, read_post_id = page_for(viewer, topic_id, number, size)
    topic, shown = common.topic, common.posts
    board = tree().by_id[topic.board_id]
    moderates = viewer.moderates(topic.board_id)
    selected = moderation.selected_ids(viewer, "post") if moderates else frozenset()
    first_unread = _first_unread_shown(viewer, shown, read_post_id)
    presence.saw(viewer, f"topic:{topic.id}")
    known_groups, at = groups(), now()
    return ThreadPage(
        viewer=viewer,
        topic=topic,
        board=board,
        paging=Paging(number, size, topic.post_count),
        common=common,
        cards=[
            PostCard(
                post=post,
                group=known_groups.get(post.author.group_id, NEW_GROUP),
                is_first_unread=post.id == first_unread and post.position > 1,
                is_starter=post.author_id == topic.author_id,
                tallies=common.tallies.get(post.id, ()),
                may_react=bool(reaction_policy.may_react(viewer, post, topic)),
                may_edit=bool(post_policy.may_edit(viewer, post, topic, board, at)),
                may_delete=bool(post_policy.may_delete(viewer, post, topic, board, at)),
                may_report=not viewer.is_guest and post.author_id != viewer.id,
                is_selected=post.id in selected,
            )
            for post in shown
        ],
        may_reply=post_policy.may_reply(viewer, topic),
        may_follow=follow_policy.may_follow_topic(viewer, topic),
        follow=follows.find_wish(viewer, topic_id=topic.id),
        may_rate=rating_policy.may_rate(viewer, topic, board),
        my_stars=None if viewer.is_guest else ratings.stars_by(viewer, topic.id),
        browsing=presence.members_at(f"topic:{topic.id}", viewer),
        first_unread=first_unread,
        read_post_id=read_post_id,
        moderates=moderates,
        selected=selected,
        site_url=current_app.config["STOA"].address,
    )


def _first_unread_shown(viewer: Viewer, shown: Sequence[ShownPost], read_post_id: int) -> int | None:
    if viewer.is_guest or not read_post_id:
        return None
    return next((post.id for post in shown if post.is_published and post.id > read_post_id), None)


def remember_reading(page: ThreadPage) -> None:
    """Move the member's mark to the newest post shown. Reading must not fail over it."""
    if page.viewer.is_guest or page.newest_shown <= page.read_post_id:
        return
    try:
        with transaction():
            topic_actions.mark_read(page.viewer, page.topic, page.newest_shown)
    except (StoaError, SQLAlchemyError):
        log.exception("a read mark could not be kept")


@bp.get("/topic/<ref:topic>/", defaults={"number": 1})
@bp.get("/topic/<ref:topic>/page/<id:number>/")
def show(topic: Ref, number: int) -> ResponseReturnValue:
    viewer = current_viewer()
    if request.args.get("do"):
        return _classic(viewer, topic)
    jump = wanted_page()
    if jump is not None:
        return redirect(topic_url(topic.id, topic.slug, jump), 302)
    try:
        page = load_thread_page(viewer, topic.id, number)
    except NotFound:
        return _follow_merge(viewer, topic)
    if topic.slug != page.topic.slug or (number == 1 and "/page/" in request.path):
        return redirect(page.page_address(number), 301)

    count_view(page.topic.id)
    answer = make_response(render_template("pages/thread.html", page=page))
    if viewer.is_guest:
        shows(*page.tags, seconds=SHARED_SECONDS, on_view=partial(count_view, page.topic.id))
        answer.last_modified = page.topic.changed_at
    remember_reading(page)
    return answer


@bp.get("/topic/<ref:topic>/unread")
def unread(topic: Ref) -> ResponseReturnValue:
    """The first post the viewer has not read; the last one when everything is read."""
    viewer = current_viewer()
    return redirect(_first_unread_place(viewer, topic.id), 302)


@bp.get("/post/<id:post_id>/")
def post(post_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    found, topic = queries.get_post(post_id, viewer)
    return redirect(place_of(found, topic), 302)


@bp.get("/post/<id:post_id>/share/<network>")
def share(post_id: int, network: str) -> ResponseReturnValue:
    """Leave for another site with the post's address; only now does the reader's browser call it."""
    found, topic = queries.get_post(post_id, current_viewer())
    url = current_app.config["STOA"].address + post_url(found.id)
    targets = {
        "email": "mailto:?" + urlencode({"subject": topic.title, "body": url}).replace("+", "%20"),
        "mastodon": "https://share.joinmastodon.org/#"
        + urlencode({"text": f"{topic.title} {url}"}).replace("+", "%20"),
        "bluesky": "https://bsky.app/intent/compose?" + urlencode({"text": f"{topic.title} {url}"}),
        "reddit": "https://www.reddit.com/submit?" + urlencode({"url": url, "title": topic.title}),
    }
    if network not in targets:
        raise NotFound
    return redirect(targets[network], 302)


@bp.get("/index.php")
def classic_index() -> ResponseReturnValue:
    """Addresses of forums without rewriting: index.php?/topic/42-a-title/&do=getNewComment."""
    path, _, query = request.query_string.decode("utf-8", "replace").partition("&")
    kind, _, rest = path.strip("/").partition("/")
    ref = rest.partition("/")[0]
    number, _, slug = ref.partition("-")
    if kind not in {"topic", "forum"} or not number.isdecimal() or not number.isascii() or len(number) > 10:
        raise NotFound
    base = topic_url(int(number), slug) if kind == "topic" else board_url(int(number), slug)
    return redirect(base + (f"?{query}" if query else ""), 301)


def _classic(viewer: Viewer, ref: Ref) -> ResponseReturnValue:
    wanted = request.args["do"]
    comment = request.args.get("comment", "")
    if wanted == "findComment" and comment.isdecimal() and len(comment) < 11:
        found, topic = queries.get_post(int(comment), viewer)
        return redirect(place_of(found, topic), 302)
    if wanted == "getNewComment":
        return redirect(_first_unread_place(viewer, ref.id), 302)
    topic = _topic_or_merged(viewer, ref.id)
    if wanted == "getLastComment" and topic.last_post_id is not None:
        return redirect(place_of(*queries.get_post(topic.last_post_id, viewer)), 302)
    kept = {
        name: values
        for name, values in parse_qs(request.query_string.decode("utf-8", "replace")).items()
        if name != "do"
    }
    address = topic_url(topic.id, topic.slug)
    return redirect(f"{address}?{urlencode(kept, doseq=True)}" if kept else address, 301)


def _first_unread_place(viewer: Viewer, topic_id: int) -> str:
    topic = _topic_or_merged(viewer, topic_id)
    topic, read_post_id = topics.get_topic_and_mark(topic.id, viewer)
    found = None if viewer.is_guest else queries.first_unread(viewer, topic, read_post_id)
    if found is not None:
        return place_of(found, topic)
    if viewer.is_guest or topic.last_post_id is None:
        return topic_url(topic.id, topic.slug)
    return place_of(*queries.get_post(topic.last_post_id, viewer))


def _topic_or_merged(viewer: Viewer, topic_id: int) -> Topic:
    try:
        return topics.get_topic(topic_id, viewer)
    except NotFound:
        target = topics.find_merged_into(topic_id, viewer)
        if target is None:
            raise
        return target


def _follow_merge(viewer: Viewer, ref: Ref) -> ResponseReturnValue:
    target = topics.find_merged_into(ref.id, viewer)
    if target is None or target.id == ref.id:
        raise NotFound
    return redirect(topic_url(target.id, target.slug), 301)
