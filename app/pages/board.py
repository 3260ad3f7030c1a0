"""A board: the boards in it and its topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.addresses import board_url, topic_url, unread_url
from app.features.accounts import queries as accounts
from app.features.accounts.models import Named, Right
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards import policy as board_policy
from app.features.boards.queries import BoardFacts, get_board, rows_by_id, tree
from app.features.follows import queries as follows
from app.features.follows.queries import FollowTarget, Wish
from app.features.moderation import queries as moderation
from app.features.presence import queries as presence
from app.features.site.queries import settings
from app.features.topics import actions as topic_actions
from app.features.topics import policy as topic_policy
from app.features.topics import queries as topics
from app.features.topics.models import Topic
from app.features.topics.queries import Sort
from app.kernel.cache.pages import shows
from app.kernel.db import transaction
from app.kernel.errors import NotFound
from app.kernel.flash import flash
from app.kernel.paging import Paging, page_of
from app.kernel.routing import Ref, wanted_page
from app.kernel.verdict import Verdict, require
from app.kernel.words import gettext as _
from app.pages.guests import SHARED_SECONDS
from app.pages.home import BoardRow, board_rows

bp = Blueprint("board", __name__)


@dataclass(frozen=True)
class TopicRow:
    """A topic in a list: where its title leads this viewer, and who wrote last."""

    topic: Topic
    target: Topic
    is_unread: bool
    href: str
    last_page: int
    last_post_by: Named | None
    is_selected: bool = False
    board: BoardFacts | None = None

    @property
    def is_moved(self) -> bool:
        return self.topic.link_to_id is not None

    @property
    def pages(self) -> list[int]:
        """Page numbers worth a direct link: the first three and the last."""
        if self.last_page < 2:
            return []
        return sorted({1, 2, min(3, self.last_page), self.last_page})


@dataclass(frozen=True)
class BoardPage:
    viewer: Viewer
    board: BoardFacts
    sub_boards: Sequence[BoardRow]
    rows: Sequence[TopicRow]
    paging: Paging
    topic_count: int
    sort: Sort
    may_read: Verdict
    may_start: Verdict
    may_follow: Verdict
    follow: Wish | None
    follower_count: int
    browsing: presence.Company
    moderates: bool
    selected: AbstractSet[int]
    site_url: str

    @property
    def address(self) -> str:
        return board_url(self.board.id, self.board.slug)

    @property
    def ends_early(self) -> bool:
        """Whether there are more topics than this order lists."""
        return self.paging.number == self.paging.last and self.paging.total < self.topic_count

    def page_address(self, number: int) -> str:
        base = board_url(self.board.id, self.board.slug, number)
        return base if self.sort is Sort.LAST_REPLY else f"{base}?sort={self.sort.value}"

    @property
    def target(self) -> FollowTarget:
        return FollowTarget("board", self.address, self.follow, self.follower_count, self.may_follow)

    @property
    def crumbs(self) -> list[BoardFacts]:
        return tree().ancestors(self.board.id)

    @property
    def tags(self) -> set[str]:
        """What is shown, as the tags that say when it changes (`app/freshness.py`)."""
        people = {who.id for who in self.browsing} | {
            row.last_post_by.id for row in self.sub_boards if row.last_post_by is not None
        }
        boards = tree().below(self.board.id)
        return {
            *tags_of(self.rows),
            *(f"board:{board_id}" for board_id in boards),
            *(f"user:{user_id}" for user_id in people),
        }

    @property
    def sorts(self) -> Mapping[Sort, str]:
        return {
            Sort.LAST_REPLY: _("Last reply"),
            Sort.START: _("Start date"),
            Sort.REPLIES: _("Most replies"),
            Sort.VIEWS: _("Most viewed"),
            Sort.RATING: _("Best rated"),
        }

    @property
    def selected_elsewhere(self) -> AbstractSet[int]:
        return self.selected - {row.topic.id for row in self.rows}


def topic_rows(
    viewer: Viewer, listed: Sequence[Topic], selected: AbstractSet[int] = frozenset(), *, with_board: bool = False
) -> list[TopicRow]:
    """Rows for these topics, in three statements however many there are."""
    targets = topics.topics_by_id([t.link_to_id for t in listed if t.link_to_id], viewer)
    unread = topics.unread_ids(listed, viewer)
    size = settings().posts_per_page
    shown = [(t, targets.get(t.link_to_id) if t.link_to_id else t) for t in listed]
    writers = accounts.names_by_id(
        {target.last_post_by_id for _t, target in shown if target and target.last_post_by_id}
    )
    rows = []
    for topic, target in shown:
        if target is None:
            continue
        is_unread = topic.id in unread
        leads_to_unread = is_unread and viewer.preferences.topic_links == "unread"
        rows.append(
            TopicRow(
                topic=topic,
                target=target,
                is_unread=is_unread,
                href=unread_url(target.id, target.slug) if leads_to_unread else topic_url(target.id, target.slug),
                last_page=page_of(target.post_count, size),
                last_post_by=writers.get(target.last_post_by_id or 0),
                is_selected=topic.id in selected,
                board=tree().by_id.get(target.board_id) if with_board else None,
            )
        )
    return rows


def tags_of(rows: Sequence[TopicRow]) -> set[str]:
    """What rows show, as the tags that say when it changes (`app/freshness.py`)."""
    people = {user_id for row in rows for user_id in (row.topic.author_id, row.target.last_post_by_id) if user_id}
    return {*(f"topic:{row.target.id}" for row in rows), *(f"user:{user_id}" for user_id in people)}


def load_board_page(viewer: Viewer, board_id: int, number: int, sort: Sort) -> BoardPage:
    """Everything the page shows, by a fixed number of statements. Raises NotFound."""
    board = get_board(board_id, viewer)
    counted = rows_by_id([board.id], viewer)[board.id]
    may_read = board_policy.may_read_board(viewer, board.id)
    moderates = viewer.moderates(board.id)
    selected = moderation.selected_ids(viewer, "topic") if moderates else frozenset()
    size = settings().topics_per_page
    paging = topics.paging_of(counted, number, size, sort) if may_read else Paging(number, size, 0)
    if not paging.exists:
        raise NotFound

    listed: list[Topic] = []
    if may_read and number == 1:
        listed += topics.pinned_topics(board.id, viewer)
    if may_read:
        listed += topics.page_of_topics(board.id, viewer, paging, sort)
    subs = [child for child in tree().children(board.id) if viewer.may(Right.SEE, child.id)]
    presence.saw(viewer, f"board:{board.id}")
    return BoardPage(
        viewer=viewer,
        board=board,
        sub_boards=board_rows(viewer, subs) if subs else [],
        rows=topic_rows(viewer, listed, selected),
        paging=paging,
        topic_count=topics.count_listed(counted) if may_read else 0,
        sort=sort,
        may_read=may_read,
        may_start=topic_policy.may_start_topic(viewer, board),
        may_follow=board_policy.may_follow_board(viewer, board.id),
        follow=follows.find_wish(viewer, board_id=board.id),
        follower_count=counted.follower_count,
        browsing=presence.members_at(f"board:{board.id}", viewer),
        moderates=moderates,
        selected=selected,
        site_url=current_app.config["STOA"].address,
    )


@bp.get("/board/<ref:board>/", defaults={"number": 1})
@bp.get("/board/<ref:board>/page/<id:number>/")
def show(board: Ref, number: int) -> ResponseReturnValue:
    viewer = current_viewer()
    asked = request.args.get("sort", "")
    sort = Sort(asked) if asked in set(Sort) else Sort.LAST_REPLY
    jump = wanted_page()
    if jump is not None:
        return redirect(board_url(board.id, board.slug, jump), 302)
    page = load_board_page(viewer, board.id, number, sort)
    if page.board.is_category:
        return redirect(f"/#board-{page.board.id}", 302)
    if board.slug != page.board.slug or (number == 1 and "/page/" in request.path):
        return redirect(page.page_address(number), 301)
    if not page.sub_boards:
        require(page.may_read)
    shows(*page.tags, seconds=SHARED_SECONDS)
    return render_template("pages/board.html", page=page)


@bp.post("/board/<ref:board>/mark-read")
def mark_read(board: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    found = get_board(board.id, viewer)
    with transaction():
        for board_id in tree().below(found.id):
            if viewer.may(Right.READ, board_id):
                topic_actions.mark_board_read(viewer, tree().by_id[board_id])
    flash(_("Everything in this board is marked as read."))
    return redirect(board_url(found.id, found.slug), 303)
