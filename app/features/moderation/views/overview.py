"""The moderators' first page, and the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.addresses import board_url, post_url, topic_url
from app.features.accounts.names import fold
from app.features.accounts.queries import find_by_name
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards.policy import may_see_board
from app.features.boards.queries import BoardFacts, tree
from app.features.moderation import policy, queries
from app.features.moderation.log import BOARD_ACTS, SITE_ACTS, name_of
from app.features.moderation.models import LogEntry
from app.features.moderation.queries import EntryFilter
from app.features.topics.queries import topics_by_id
from app.kernel import markup
from app.kernel.db import MAX_ID
from app.kernel.verdict import require

bp = Blueprint("moderation_overview", __name__)

PAGE = 50
NOBODY = 0
ICONS = {
    "pin": "pin",
    "unpin": "pin-off",
    "feature": "star-filled",
    "unfeature": "star",
    "lock": "lock",
    "unlock": "unlock",
    "hide": "eye-off",
    "restore": "undo",
    "delete": "trash",
    "move": "folder",
    "merge": "merge",
    "split": "split",
    "retitle": "edit",
    "edit": "edit",
    "recommend": "award",
    "unrecommend": "award",
    "close": "flag",
}


@dataclass(frozen=True)
class Place:
    """Something an entry speaks of; without an address when the viewer may not go there."""

    name: str
    href: str = ""


@dataclass(frozen=True)
class EntryRow:
    entry: LogEntry
    act: str
    topic: Place | None
    post: Place | None
    board: Place | None
    target: Place | None

    @property
    def icon(self) -> str:
        return ICONS.get(self.entry.act.partition("_")[0], "gear" if self.entry.act in SITE_ACTS else "log")

    @property
    def old_title(self) -> str:
        return str(self.entry.details.get("old_title", ""))


@dataclass(frozen=True)
class OverviewPage:
    open_count: int
    rows: Sequence[EntryRow]


@dataclass(frozen=True)
class LogPage:
    open_count: int
    rows: Sequence[EntryRow]
    boards: Sequence[BoardFacts]
    acts: Mapping[str, str]
    wanted: EntryFilter
    member_name: str
    is_member_unknown: bool
    before: int | None

    @property
    def older(self) -> str:
        """The address of the next page."""
        kept = {
            "board": self.wanted.board_id,
            "topic": self.wanted.topic_id,
            "act": self.wanted.act,
            "member": self.member_name,
            "before": self.before,
        }
        return "/moderation/log/?" + urlencode({name: value for name, value in kept.items() if value})


@bp.get("/moderation/")
def overview() -> ResponseReturnValue:
    viewer = current_viewer()
    require(policy.may_enter(viewer))
    page = OverviewPage(queries.count_open(viewer), entry_rows(viewer, queries.latest_entries(viewer)))
    return render_template("moderation/overview.html", page=page)


@bp.get("/moderation/log/")
def show_log() -> ResponseReturnValue:
    viewer = current_viewer()
    require(policy.may_enter(viewer))
    return render_template("moderation/log.html", page=load_log_page(viewer))


def load_log_page(viewer: Viewer) -> LogPage:
    name = markup.clean_line(request.args.get("member", ""))[:100]
    member = find_by_name(fold(name)) if name else None
    act = request.args.get("act", "")
    known = {**BOARD_ACTS, **SITE_ACTS} if viewer.is_admin else BOARD_ACTS
    wanted = EntryFilter(
        board_id=_number("board"),
        topic_id=_number("topic"),
        member_id=(member.id if member else NOBODY) if name else None,
        act=act if act in known else None,
    )
    found = queries.page_of_entries(viewer, wanted, before=_number("before"), limit=PAGE + 1)
    return LogPage(
        open_count=queries.count_open(viewer),
        rows=entry_rows(viewer, found[:PAGE]),
        boards=[board for board in tree().boards if viewer.moderates(board.id)],
        acts={name: str(label) for name, label in known.items()},
        wanted=wanted,
        member_name=name,
        is_member_unknown=bool(name) and member is None,
        before=found[PAGE - 1].id if len(found) > PAGE else None,
    )


def entry_rows(viewer: Viewer, entries: Sequence[LogEntry]) -> list[EntryRow]:
    """Entries with links to what the viewer may still read; other places keep no more than their name in the entry."""
    mentioned = {entry.topic_id for entry in entries} | {entry.details.get("into_topic") for entry in entries}
    topics = topics_by_id({number for number in mentioned if number}, viewer)
    boards = {board.id: board for board in tree().all if may_see_board(viewer, board.id)}

    def topic_place(number: int | None, title: str) -> Place | None:
        topic = topics.get(number or 0)
        if topic is not None:
            return Place(topic.title, topic_url(topic.id, topic.slug))
        return Place(title) if title else None

    def board_place(number: int | None) -> Place | None:
        board = boards.get(number or 0)
        return Place(board.name, board_url(board.id, board.slug)) if board else None

    return [
        EntryRow(
            entry=entry,
            act=name_of(entry.act),
            topic=topic_place(entry.topic_id, entry.details.get("title", "")),
            post=Place("", post_url(entry.post_id)) if entry.post_id else None,
            board=board_place(entry.board_id),
            target=topic_place(entry.details.get("into_topic"), "") or board_place(entry.details.get("to_board")),
        )
        for entry in entries
    ]


def _number(name: str) -> int | None:
    value = request.args.get(name, "")
    return min(int(value), MAX_ID) if value.isascii() and value.isdecimal() and len(value) <= 10 else None
