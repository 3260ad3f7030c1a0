"""The board index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template
from flask.typing import ResponseReturnValue

from app.features.accounts import queries as accounts
from app.features.accounts.models import Named, Right, User
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards.models import Board
from app.features.boards.queries import BoardFacts, rows_by_id, tree
from app.features.presence import queries as presence
from app.features.topics import actions as topic_actions
from app.features.topics import queries as topics
from app.features.topics.models import Topic
from app.kernel.cache.pages import shows
from app.kernel.db import transaction
from app.kernel.flash import flash
from app.kernel.words import gettext as _
from app.pages.guests import SHARED_SECONDS

bp = Blueprint("home", __name__)


@dataclass(frozen=True)
class BoardRow:
    """A board with what is in it and below it, as far as the viewer may read."""

    facts: BoardFacts
    topic_count: int
    post_count: int
    is_readable: bool
    is_unread: bool
    last_topic: Topic | None
    last_post_by: Named | None
    last_post: Board | None
    sub_boards: Sequence[tuple[BoardFacts, bool]]


@dataclass(frozen=True)
class Section:
    """A category with its boards; boards without one stand under an unnamed section."""

    category: BoardFacts | None
    rows: Sequence[BoardRow]


@dataclass(frozen=True)
class Statistics:
    topics: int
    posts: int
    members: int
    newest: User | None


@dataclass(frozen=True)
class HomePage:
    viewer: Viewer
    sections: Sequence[Section]
    latest: Sequence[tuple[Topic, Named | None]]
    statistics: Statistics
    online: presence.Company
    may_start: bool
    site_url: str

    @property
    def tags(self) -> set[str]:
        """What is shown, as the tags that say when it changes (`app/freshness.py`)."""
        rows = [row for section in self.sections for row in section.rows]
        writers = [*(row.last_post_by for row in rows), *(writer for _topic, writer in self.latest)]
        people = [*writers, *self.online, self.statistics.newest]
        return {"boards", "members", *(f"user:{who.id}" for who in people if who is not None)}


def board_rows(viewer: Viewer, parents: Sequence[BoardFacts]) -> list[BoardRow]:
    """Rows for these boards, in four statements however many there are."""
    shape = tree()
    below = {parent.id: shape.below(parent.id) for parent in parents}
    counted = rows_by_id([i for ids in below.values() for i in ids], viewer)
    readable = {i: board for i, board in counted.items() if viewer.may(Right.READ, i)}
    unread = topics.unread_board_ids(viewer)
    ends = {parent_id: _latest([readable[i] for i in ids if i in readable]) for parent_id, ids in below.items()}
    last_topics = topics.last_topics([b.last_topic_id for b in ends.values() if b and b.last_topic_id], viewer)
    writers = accounts.names_by_id([b.last_post_by_id for b in ends.values() if b and b.last_post_by_id])

    rows = []
    for facts in parents:
        end = ends[facts.id]
        subs = [child for child in shape.children(facts.id) if viewer.may(Right.SEE, child.id)]
        rows.append(
            BoardRow(
                facts=facts,
                topic_count=sum(readable[i].topic_count for i in below[facts.id] if i in readable),
                post_count=sum(readable[i].post_count for i in below[facts.id] if i in readable),
                is_readable=facts.id in readable,
                is_unread=bool(unread & set(below[facts.id])),
                last_topic=last_topics.get(end.last_topic_id or 0) if end else None,
                last_post_by=writers.get(end.last_post_by_id or 0) if end else None,
                last_post=end,
                sub_boards=[(child, bool(unread & set(shape.below(child.id)))) for child in subs],
            )
        )
    return rows


def _latest(boards: Sequence[Board]) -> Board | None:
    posted_in = [board for board in boards if board.last_post_id is not None]
    return max(posted_in, key=lambda board: board.last_post_id or 0, default=None)


def load_home_page(viewer: Viewer) -> HomePage:
    shape = tree()
    top = [b for b in shape.children(None) if viewer.may(Right.SEE, b.id)]
    grouped = [(b, [c for c in shape.children(b.id) if viewer.may(Right.SEE, c.id)]) for b in top if b.is_category]
    loose = [b for b in top if not b.is_category]
    rows = {row.facts.id: row for row in board_rows(viewer, [*loose, *(c for _b, below in grouped for c in below)])}
    sections = [Section(None, [rows[b.id] for b in loose])] if loose else []
    sections += [Section(category, [rows[b.id] for b in below]) for category, below in grouped]
    newest_topics = topics.latest_topics(viewer, limit=5)
    writers = accounts.names_by_id([t.last_post_by_id for t in newest_topics if t.last_post_by_id])
    presence.saw(viewer, "home")
    return HomePage(
        viewer=viewer,
        sections=sections,
        latest=[(t, writers.get(t.last_post_by_id or 0)) for t in newest_topics],
        statistics=_statistics(rows.values()),
        online=presence.members_online(viewer),
        may_start=any(viewer.may(Right.START, b.id) for b in shape.boards) and not viewer.is_guest,
        site_url=current_app.config["STOA"].address,
    )


def _statistics(shown: Collection[BoardRow]) -> Statistics:
    members, newest = accounts.count_members()
    return Statistics(sum(r.topic_count for r in shown), sum(r.post_count for r in shown), members, newest)


@bp.get("/")
def show() -> ResponseReturnValue:
    page = load_home_page(current_viewer())
    shows(*page.tags, seconds=SHARED_SECONDS)
    return render_template("pages/home.html", page=page)


@bp.post("/mark-read")
def mark_everything_read() -> ResponseReturnValue:
    viewer = current_viewer()
    with transaction():
        topic_actions.mark_everything_read(viewer)
    flash(_("Everything is marked as read."))
    return redirect("/", 303)
