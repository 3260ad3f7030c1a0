"""Topics across all boards: the latest, and those with something unread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.features.accounts.sign_in import current_viewer
from app.features.topics import policy as topic_policy
from app.features.topics import queries as topics
from app.features.topics.models import Topic
from app.kernel.cache.pages import shows
from app.kernel.db import MAX_ID
from app.kernel.verdict import require
from app.pages.board import TopicRow, tags_of, topic_rows
from app.pages.guests import SHARED_SECONDS

bp = Blueprint("activity", __name__)

SIZE = 25


@dataclass(frozen=True)
class ActivityPage:
    """A list without page numbers: `older` leads to what came before."""

    address: str
    is_unread: bool
    rows: Sequence[TopicRow]
    older: int | None
    moderates: bool = False


@bp.get("/activity/")
def latest() -> ResponseReturnValue:
    viewer = current_viewer()
    listed = topics.latest_topics(viewer, before=_before(), limit=SIZE + 1)
    rows = topic_rows(viewer, listed[:SIZE], with_board=True)
    shows("boards", *tags_of(rows), seconds=SHARED_SECONDS)
    return render_template(
        "pages/activity.html", page=ActivityPage("/activity/", is_unread=False, rows=rows, older=_older(listed))
    )


@bp.get("/unread/")
def unread() -> ResponseReturnValue:
    viewer = current_viewer()
    require(topic_policy.may_mark_read(viewer))
    listed = topics.unread_topics(viewer, before=_before(), limit=SIZE + 1)
    rows = topic_rows(viewer, listed[:SIZE], with_board=True)
    return render_template(
        "pages/activity.html", page=ActivityPage("/unread/", is_unread=True, rows=rows, older=_older(listed))
    )


def _before() -> int | None:
    asked = request.args.get("before", "")
    return int(asked) if asked.isdecimal() and len(asked) < 11 and int(asked) <= MAX_ID else None


def _older(listed: Sequence[Topic]) -> int | None:
    return listed[SIZE - 1].last_post_id if len(listed) > SIZE else None
