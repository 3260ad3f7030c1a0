"""The list of news over HTTP. Opening one is a form, because it also marks it as read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.addresses import post_url
from app.features.accounts.sign_in import current_viewer
from app.features.notifications import actions, policy, queries
from app.kernel.db import MAX_ID, transaction
from app.kernel.errors import NotFound
from app.kernel.flash import flash
from app.kernel.verdict import require

bp = Blueprint("notifications", __name__)

PAGE = 50


@dataclass(frozen=True)
class NotificationsPage:
    """One page of news; `next` is where the following one begins."""

    news: Sequence[queries.News]
    unread_count: int
    next: int | None

    @property
    def by_topic(self) -> Mapping[int, Sequence[queries.News]]:
        """The page's news under their topics, the topic with the latest first."""
        grouped: dict[int, list[queries.News]] = {}
        for item in self.news:
            grouped.setdefault(item.topic.id, []).append(item)
        return grouped


@bp.get("/notifications/")
def show() -> ResponseReturnValue:
    viewer = current_viewer()
    require(policy.may_read_notifications(viewer))
    before = min(max(request.args.get("before", 0, int), 0), MAX_ID)
    found = queries.page_of_news(viewer, before=before or None, limit=PAGE + 1)
    page = NotificationsPage(
        news=found[:PAGE],
        unread_count=viewer.unread_notification_count,
        next=found[PAGE - 1].notification.id if len(found) > PAGE else None,
    )
    return render_template("notifications/notifications.html", page=page)


@bp.post("/notifications/read")
def mark_all_read() -> ResponseReturnValue:
    with transaction():
        actions.mark_all_read(current_viewer())
    flash(_("Everything is marked as read."))
    return redirect("/notifications/", 303)


@bp.post("/notifications/<id:notification_id>/open")
def open_news(notification_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    require(policy.may_read_notifications(viewer))
    notification = queries.find_own(viewer, notification_id)
    if notification is None:
        raise NotFound

    with transaction():
        actions.mark_read(viewer, notification)
    return redirect(post_url(notification.post_id), 303)
