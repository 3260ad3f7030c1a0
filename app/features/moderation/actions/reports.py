"""Reporting a post, and closing the reports about it."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.accounts.viewer import Viewer
from app.features.moderation import policy
from app.features.moderation.log import record
from app.features.moderation.models import Report
from app.features.posts.models import Post
from app.features.topics.models import Topic
from app.kernel.clock import now
from app.kernel.db import insert_missing, session
from app.kernel.errors import Invalid
from app.kernel.verdict import require
from app.kernel.words import lazy_gettext as _


def report_post(viewer: Viewer, post: Post, topic: Topic, kind: str, comment: str) -> None:
    """Ask moderators to look at a post. Raises Invalid when the member has reported it before."""
    require(policy.may_report(viewer, post, topic))
    row = {"post_id": post.id, "reporter_id": viewer.member_id, "kind": kind, "comment": comment, "created_at": now()}
    report_id = session.scalar(insert_missing(Report, [row]).returning(Report.id))
    if report_id is None:
        raise Invalid(_("You have reported this post before. Moderators have seen it or will."))


def close_reports(viewer: Viewer, post: Post, topic: Topic, outcome: str, reason: str = "") -> int:
    """Take the open reports about a post off the list; gives how many there were."""
    require(policy.may_close_reports(viewer, topic))
    closed = session.scalars(
        sa.update(Report)
        .where(Report.post_id == post.id, Report.closed_at.is_(None))
        .values(closed_at=now(), closed_by_id=viewer.member_id, outcome=outcome)
        .returning(Report.id)
        .execution_options(synchronize_session=False)
    ).all()
    if closed:
        record(
            viewer,
            "close_reports",
            board_id=topic.board_id,
            topic_id=topic.id,
            post_id=post.id,
            subject_id=post.author_id,
            reason=reason,
            details={"title": topic.title, "outcome": outcome, "reports": len(closed)},
        )
    return len(closed)
