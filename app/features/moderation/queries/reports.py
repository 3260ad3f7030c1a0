"""Reading reports: of posts in boards the viewer keeps order in, wherever the posts are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.moderation.models import Report
from app.features.posts.models import Post
from app.features.topics.models import Topic
from app.kernel.db import session

_NAMES = (User.id, User.name, User.slug, User.group_id)


def page_of_reported(
    viewer: Viewer, *, is_open: bool, beyond: int | None = None, limit: int = 20
) -> Sequence[tuple[int, int]]:
    """Reported posts, each with the number to go on from: open ones by their first report, the oldest first; closed
    ones by their last report, the newest first. `beyond` is the number the page before ended with.
    """
    other = sa.orm.aliased(Report)
    further = other.id < Report.id if is_open else other.id > Report.id
    same = sa.exists().where(other.post_id == Report.post_id, further, _standing(other, is_open=is_open))
    query = (
        sa.select(Report.post_id, Report.id)
        .join(Post, Post.id == Report.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(_in_charge(viewer), _standing(Report, is_open=is_open), ~same)
        .order_by(Report.id if is_open else Report.id.desc())
        .limit(limit)
    )
    if beyond is not None:
        query = query.where(Report.id > beyond if is_open else Report.id < beyond)
    return [(row[0], row[1]) for row in session.execute(query)]


def count_open(viewer: Viewer) -> int:
    """How many posts wait for a moderator's look."""
    counted = (
        sa.select(sa.func.count(sa.distinct(Report.post_id)))
        .join(Post, Post.id == Report.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(_in_charge(viewer), _standing(Report, is_open=True))
    )
    return session.scalar(counted) or 0


def _in_charge(viewer: Viewer) -> sa.ColumnElement[bool]:
    return Topic.board_id.in_(viewer.moderated_ids())


def _standing(report: type[Report], *, is_open: bool) -> sa.ColumnElement[bool]:
    return report.closed_at.is_(None) if is_open else report.closed_at.is_not(None)


def reports_by_post(post_ids: Collection[int], *, is_open: bool) -> Mapping[int, Sequence[Report]]:
    """The reports about posts the viewer has been found in charge of, oldest first."""
    rows = session.scalars(
        sa.select(Report)
        .where(Report.post_id.in_(post_ids), _standing(Report, is_open=is_open))
        .options(joinedload(Report.reporter, innerjoin=True).load_only(*_NAMES))
        .options(joinedload(Report.closed_by).load_only(*_NAMES))
        .order_by(Report.id)
    )
    found: defaultdict[int, list[Report]] = defaultdict(list)
    for report in rows:
        found[report.post_id].append(report)
    return found


def find_report(viewer: Viewer, post_id: int) -> Report | None:
    """The viewer's own report about a post."""
    return session.scalar(sa.select(Report).where(Report.post_id == post_id, Report.reporter_id == viewer.id))
