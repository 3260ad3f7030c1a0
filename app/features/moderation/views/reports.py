"""Reporting a post, and the list of reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.addresses import post_url
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.moderation import actions, policy, queries
from app.features.moderation.forms import REPORT_KINDS, ReportForm
from app.features.moderation.models import Report
from app.features.moderation.views import choosing
from app.features.posts.models import Post
from app.features.posts.queries import get_post, posts_by_id
from app.features.topics.models import Topic
from app.kernel.db import MAX_ID, transaction
from app.kernel.errors import Invalid, NotFound, StoaError, TooMany
from app.kernel.flash import flash
from app.kernel.throttle import check_limit
from app.kernel.verdict import require
from app.kernel.words import gettext as _

bp = Blueprint("moderation_reports", __name__)

REPORT_LIMIT = "20 per hour"
PAGE = 20
OUTCOMES = {"hide": "hidden", "dismiss": "dismissed", "done": "done"}


@dataclass(frozen=True)
class ReportedPost:
    """A post with what members said about it."""

    post: Post
    reports: Sequence[Report]

    @property
    def may_be_hidden(self) -> bool:
        """Alone: the first post goes with its topic."""
        return self.post.is_published and self.post.id != self.post.topic.first_post_id

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(str(REPORT_KINDS.get(report.kind, report.kind)) for report in self.reports))

    @property
    def outcome(self) -> str:
        said = {"hidden": _("Hidden"), "dismissed": _("Dismissed"), "done": _("Done")}
        return said.get(self.reports[-1].outcome, "")


@dataclass(frozen=True)
class ReportsPage:
    is_open: bool
    open_count: int
    reported: Sequence[ReportedPost]
    beyond: int | None


@dataclass(frozen=True)
class ReportPage:
    """The form of a member who reports."""

    post: Post
    topic: Topic
    form: ReportForm


@bp.get("/post/<id:post_id>/report")
def new_report(post_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    post, topic = get_post(post_id, viewer)
    require(policy.may_report(viewer, post, topic))
    if queries.find_report(viewer, post_id) is not None:
        flash(_("You have reported this post before. Moderators have seen it or will."), "warn")
        return redirect(post_url(post_id), 303)
    return render_template("moderation/report.html", page=ReportPage(post, topic, ReportForm()))


@bp.post("/post/<id:post_id>/report")
def report(post_id: int) -> ResponseReturnValue:
    viewer, form = current_viewer(), ReportForm(request.form)
    post, topic = get_post(post_id, viewer)
    require(policy.may_report(viewer, post, topic))

    if not form.validate():
        return make_response(render_template("moderation/report.html", page=ReportPage(post, topic, form)), 422)
    try:
        check_limit("report", str(viewer.id), REPORT_LIMIT)
        with transaction():
            actions.report_post(viewer, post, topic, form.kind.data or "", form.comment.data or "")
    except TooMany as error:
        form.form_errors.append(str(error.reason))
        return make_response(render_template("moderation/report.html", page=ReportPage(post, topic, form)), 429)
    except Invalid as error:
        flash(error.reason, "warn")
        return redirect(post_url(post_id), 303)
    flash(_("Thank you. Moderators will look at it."))
    return redirect(post_url(post_id), 303)


@bp.get("/moderation/reports/", defaults={"state": "open"})
@bp.get("/moderation/reports/<any(closed):state>/")
def show_reports(state: str) -> ResponseReturnValue:
    viewer = current_viewer()
    require(policy.may_enter(viewer))
    return render_template("moderation/reports.html", page=load_reports(viewer, is_open=state == "open"))


def load_reports(viewer: Viewer, *, is_open: bool) -> ReportsPage:
    asked = request.args.get("beyond", "")
    beyond = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 10 else None
    found = queries.page_of_reported(viewer, is_open=is_open, beyond=beyond and min(beyond, MAX_ID), limit=PAGE + 1)
    shown = found[:PAGE]
    ids = [post_id for post_id, _end in shown]
    posts = posts_by_id(ids, viewer)
    reports = queries.reports_by_post(ids, is_open=is_open)
    return ReportsPage(
        is_open=is_open,
        open_count=queries.count_open(viewer),
        reported=[ReportedPost(posts[post_id], reports[post_id]) for post_id in ids if post_id in posts],
        beyond=shown[-1][1] if len(found) > PAGE else None,
    )


@bp.post("/moderation/reports")
def act_on_reports() -> ResponseReturnValue:
    """Close the reports about one post, or about all that are ticked; hiding the post on the way when asked to."""
    viewer = current_viewer()
    require(policy.may_enter(viewer))
    do = request.form.get("do", "")
    if do not in OUTCOMES:
        raise StoaError
    back = choosing.way_back("/moderation/reports/")
    ids = choosing.ids_sent("post")
    if not ids:
        return choosing.nothing_chosen()
    found = sorted(posts_by_id(ids, viewer).values(), key=lambda post: post.id)
    if not found:
        raise NotFound
    reported = [(post, post.topic) for post in found]
    for _post, topic in reported:
        require(policy.may_close_reports(viewer, topic))

    reason = choosing.reason_sent()
    with transaction():
        if do == "hide":
            actions.hide_posts(viewer, [post for post in found if post.is_published], reason)
        for post, topic in reported:
            actions.close_reports(viewer, post, topic, OUTCOMES[do], reason)
    flash(_("The post is hidden and its reports are closed.") if do == "hide" else _("The reports are closed."))
    return redirect(back, 303)
