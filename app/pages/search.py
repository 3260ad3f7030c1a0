"""Finding posts by what they say, where they stand, who wrote them and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import get_timezone

from app.features.accounts.models import Right
from app.features.accounts.names import fold
from app.features.accounts.queries import find_by_name
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts, get_board, tree
from app.features.posts.models import Post
from app.features.posts.queries import posts_by_id
from app.features.search import excerpts
from app.features.search.asking import Query, understand
from app.features.search.excerpts import Piece
from app.features.search.forms import SearchForm
from app.features.search.matching import Narrowed
from app.features.search.queries import finding
from app.features.search.queries.finding import Asked, TooSlow
from app.features.search.queries.indexing import language
from app.features.topics.models import Topic
from app.features.topics.queries import topics_by_id
from app.kernel import markup
from app.kernel.db import MAX_ID
from app.kernel.errors import NotFound, TooMany
from app.kernel.paging import Paging
from app.kernel.routing import wanted_page
from app.kernel.throttle import check_limit, network_of
from app.kernel.words import gettext as _

bp = Blueprint("search", __name__)

SIZE = 20
MOST_PAGES = 25  # of ranked results; whoever wants more than 500 wants another order
GUEST_LIMIT, MEMBER_LIMIT = "30 per minute", "120 per minute"
NO_WORDS = Query()
TAKEN_APART = 60_000  # characters of posts on one page; those beyond show their beginning


@dataclass(frozen=True)
class Hit:
    """A post that was found, with the words that were looked for."""

    post: Post
    board: BoardFacts
    title: Sequence[Piece]
    excerpt: Sequence[Piece]


@dataclass(frozen=True)
class SearchPage:
    """`hits` is None when nothing was asked for. `paging` counts ranked results, `older` leads to what came before."""

    form: SearchForm
    boards: Sequence[tuple[BoardFacts, int]]
    topic: Topic | None = None
    hits: Sequence[Hit] | None = None
    words: Query = NO_WORDS
    is_newest: bool = False
    is_partial: bool = False
    is_too_slow: bool = False
    is_unranked: bool = False
    paging: Paging | None = None
    older: int | None = None

    @property
    def has_filters(self) -> bool:
        form = self.form
        return bool(
            form.board.number or form.by.data or form.titles.data or form.after.data or form.before.data or form.errors
        )

    def address(self, **changes: str | int) -> str:
        """This search with something else instead."""
        kept = {name: value for name, value in request.args.items() if name not in {"page", "older"} and value}
        return f"/search/?{urlencode(kept | changes)}"

    def page_address(self, number: int) -> str:
        return self.address(page=number) if number > 1 else self.address()

    @property
    def everywhere_address(self) -> str:
        return f"/search/?{urlencode({'q': self.form.q.data or ''})}"


@bp.get("/search/")
def show() -> Response:
    viewer = current_viewer()
    page = load_search_page(viewer, SearchForm(request.args))
    status = 422 if page.form.errors else 503 if page.is_too_slow else 200
    answer = make_response(render_template("pages/search.html", page=page), status)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def load_search_page(viewer: Viewer, form: SearchForm) -> SearchPage:
    boards = _boards(viewer)
    topic = _topic(form.topic.number, viewer)
    asked = _asked(form, viewer)
    page = SearchPage(form, boards, topic)
    if asked is None or not form.asks_for_something:
        return page
    page = replace(page, words=asked.query, is_newest=form.is_newest or not asked.query.groups, hits=[])
    if asked.is_empty:
        return page
    _count_search(viewer)
    try:
        return _in_order(page, asked, viewer)
    except TooSlow:
        return replace(page, is_too_slow=True)


def _in_order(page: SearchPage, asked: Asked, viewer: Viewer) -> SearchPage:
    """The results; newest first, too, when there was no time to rank them: on a slow disk nothing has read from yet."""
    if not page.is_newest:
        with suppress(TooSlow):
            return _best(page, asked, viewer)
        page = replace(page, is_newest=True, is_unranked=True)
    return _newest(page, asked, viewer)


def _newest(page: SearchPage, asked: Asked, viewer: Viewer) -> SearchPage:
    found = finding.newest(asked, viewer, before=_older(), limit=SIZE)
    hits = _hits(found.post_ids, asked.query, viewer)
    return replace(page, hits=hits, older=found.before, is_partial=len(found.post_ids) < SIZE and bool(found.before))


def _best(page: SearchPage, asked: Asked, viewer: Viewer) -> SearchPage:
    found = finding.best(asked, viewer)
    paging = Paging(wanted_page() or 1, SIZE, len(found.post_ids))
    if not paging.exists or paging.number > MOST_PAGES:
        raise NotFound
    start = (paging.number - 1) * SIZE
    hits = _hits(found.post_ids[start : start + SIZE], asked.query, viewer)
    shown = replace(paging, total=min(paging.total, MOST_PAGES * SIZE))
    return replace(page, hits=hits, paging=shown, is_partial=found.before is not None or shown.total < paging.total)


def _asked(form: SearchForm, viewer: Viewer) -> Asked | None:
    """What the form asks for; None when something in it needs another look."""
    if not form.validate():
        return None
    author = find_by_name(fold(form.by.data)) if form.by.data else None
    if form.by.data and author is None:
        form.by.errors = [_("There is no member with this name.")]
        return None
    board = get_board(form.board.number, viewer) if form.board.number else None
    narrowed = Narrowed(
        board_ids=frozenset(tree().below(board.id)) if board else None,
        topic_id=form.topic.number or None,
        author_id=author.id if author else None,
        only_titles=bool(form.titles.data),
    )
    return Asked(
        understand(form.words, language().code),
        narrowed,
        since=_midnight(form.after.data) if form.after.data else None,
        until=_midnight(form.before.data + timedelta(days=1)) if form.before.data else None,
    )


def _midnight(day: date) -> datetime:
    """The moment a day begins where the viewer is."""
    return datetime(day.year, day.month, day.day, tzinfo=get_timezone())


def _boards(viewer: Viewer) -> list[tuple[BoardFacts, int]]:
    """What can be chosen, with how deep it stands."""
    return [(board, tree().depth(board.id)) for board in tree().all if viewer.may(Right.SEE, board.id)]


def _topic(topic_id: int, viewer: Viewer) -> Topic | None:
    if not topic_id:
        return None
    found = topics_by_id([topic_id], viewer).get(topic_id)
    if found is None:
        raise NotFound
    return found


def _count_search(viewer: Viewer) -> None:
    """Raises TooMany for those who search more often than people do."""
    try:
        if viewer.is_guest:
            check_limit("search", network_of(request.remote_addr), GUEST_LIMIT)
        else:
            check_limit("search", f"member {viewer.id}", MEMBER_LIMIT)
    except TooMany as error:
        raise TooMany(
            _("That was too many searches in one minute. Please wait a little and try again."), error.retry_after
        ) from error


def _older() -> int | None:
    asked = request.args.get("older", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 11 and int(asked) <= MAX_ID else None


def _hits(post_ids: Sequence[int], words: Query, viewer: Viewer) -> list[Hit]:
    """The posts in this order; one that was hidden or purged in this moment is left out."""
    found: Mapping[int, Post] = posts_by_id(post_ids, viewer)
    code, left = language().code, TAKEN_APART
    hits = []
    for post in (found[post_id] for post_id in post_ids if post_id in found):
        left -= len(post.source)
        text = markup.plain_text(post.source) if left >= 0 else post.excerpt
        hits.append(
            Hit(
                post,
                tree().by_id[post.topic.board_id],
                excerpts.marked(post.topic.title, words, code),
                excerpts.excerpt(text, words, code),
            )
        )
    return hits
