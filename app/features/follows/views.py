"""Following over HTTP: the same three addresses under a topic, a board and a member; and the list of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.addresses import board_url, profile_url, topic_url
from app.features.accounts.queries import get_user
from app.features.accounts.resume import local_path
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards import policy as board_policy
from app.features.boards.queries import BoardFacts, get_board
from app.features.follows import actions, policy, queries
from app.features.follows.forms import FollowForm, FollowsForm
from app.features.follows.models import Follow
from app.features.topics.queries import get_topic
from app.kernel.db import MAX_ID, transaction
from app.kernel.errors import Invalid
from app.kernel.flash import flash
from app.kernel.routing import Ref
from app.kernel.verdict import require

bp = Blueprint("follows", __name__)

PAGE = 100


@dataclass(frozen=True)
class FollowersPage:
    url: str
    name: str
    followers: queries.Followers


@dataclass(frozen=True)
class FollowsPage:
    """What the viewer follows, in groups; `next` is where the following page begins."""

    groups: Mapping[str, Sequence[queries.Followed]]
    before: int | None
    next: int | None
    error: str = ""


@bp.post("/topic/<ref:topic>/follow")
def follow_topic(topic: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    found = get_topic(topic.id, viewer)
    frequency, is_anonymous = _wishes(viewer)

    with transaction():
        actions.follow_topic(viewer, found, frequency=frequency, is_anonymous=is_anonymous)
    return _followed(topic_url(found.id, found.slug))


@bp.post("/topic/<ref:topic>/unfollow")
def unfollow_topic(topic: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    found = get_topic(topic.id, viewer)
    return _unfollow(viewer, queries.find_follow(viewer, topic_id=found.id), topic_url(found.id, found.slug))


@bp.get("/topic/<ref:topic>/followers")
def topic_followers(topic: Ref) -> ResponseReturnValue:
    found = get_topic(topic.id, current_viewer())
    followers = queries.page_of_followers(topic_id=found.id, after=_after(), limit=PAGE)
    return _show_followers(topic_url(found.id, found.slug), found.title, followers)


@bp.post("/board/<ref:board>/follow")
def follow_board(board: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    found = get_board(board.id, viewer)
    frequency, is_anonymous = _wishes(viewer)

    with transaction():
        actions.follow_board(viewer, found, frequency=frequency, is_anonymous=is_anonymous)
    return _followed(board_url(found.id, found.slug))


@bp.post("/board/<ref:board>/unfollow")
def unfollow_board(board: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    found = get_board(board.id, viewer)
    return _unfollow(viewer, queries.find_follow(viewer, board_id=found.id), board_url(found.id, found.slug))


@bp.get("/board/<ref:board>/followers")
def board_followers(board: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    found: BoardFacts = get_board(board.id, viewer)
    require(board_policy.may_read_board(viewer, found.id))
    followers = queries.page_of_followers(board_id=found.id, after=_after(), limit=PAGE)
    return _show_followers(board_url(found.id, found.slug), found.name, followers)


@bp.post("/profile/<ref:member>/follow")
def follow_member(member: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    found = get_user(member.id)
    frequency, is_anonymous = _wishes(viewer)

    with transaction():
        actions.follow_member(viewer, found.id, frequency=frequency, is_anonymous=is_anonymous)
    return _followed(profile_url(found.id, found.slug))


@bp.post("/profile/<ref:member>/unfollow")
def unfollow_member(member: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    found = get_user(member.id)
    return _unfollow(viewer, queries.find_follow(viewer, member_id=found.id), profile_url(found.id, found.slug))


@bp.get("/profile/<ref:member>/followers")
def member_followers(member: Ref) -> ResponseReturnValue:
    found = get_user(member.id)
    followers = queries.page_of_followers(member_id=found.id, after=_after(), limit=PAGE)
    return _show_followers(profile_url(found.id, found.slug), found.name, followers)


@bp.get("/settings/follows/")
def show_follows() -> ResponseReturnValue:
    viewer = current_viewer()
    require(policy.may_manage_follows(viewer))
    return render_template("follows/follows.html", page=_load_follows(viewer, _number("before") or None))


@bp.post("/settings/follows/")
def change_follows() -> ResponseReturnValue:
    """Change or end every follow that is ticked."""
    viewer, form = current_viewer(), FollowsForm(request.form)
    require(policy.may_manage_follows(viewer))
    chosen = [i for i in form.follow.data or () if 0 < i <= MAX_ID]
    before = min(max(form.before.data or 0, 0), MAX_ID) or None
    if not form.validate() or not chosen or (form.do.data == "frequency" and not form.frequency.data):
        error = next((text for field in form for text in field.errors), "") or _("Tick what you want to change.")
        return render_template("follows/follows.html", page=_load_follows(viewer, before, str(error))), 422

    with transaction():
        said = _change(viewer, form, chosen)
    flash(said)
    return redirect("/settings/follows/" + (f"?before={before}" if before else ""), 303)


def _change(viewer: Viewer, form: FollowsForm, chosen: Sequence[int]) -> str:
    """Do what was asked; gives the sentence that says so."""
    if form.do.data == "unfollow":
        ended = actions.unfollow(viewer, chosen)
        return str(ngettext("You no longer follow %(num)d thing.", "You no longer follow %(num)d things.", ended))
    actions.change_frequency(viewer, chosen, form.frequency.data or "")
    return str(_("Your follows are changed."))


def _load_follows(viewer: Viewer, before: int | None, error: str = "") -> FollowsPage:
    found = queries.page_of_follows(viewer, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    return FollowsPage(
        groups={kind: [item for item in shown if item.kind == kind] for kind in ("topic", "board", "member")},
        before=before,
        next=shown[-1].follow.id if len(found) > PAGE else None,
        error=error,
    )


def _wishes(viewer: Viewer) -> tuple[str, bool]:
    """How often, and whether anonymously."""
    form = FollowForm(request.form)
    if not form.validate():
        raise Invalid(form.frequency.errors[0])
    if not form.frequency.data:
        return viewer.preferences.follow_frequency, viewer.preferences.follow_anonymously
    return form.frequency.data, not form.public.data


def _followed(address: str) -> ResponseReturnValue:
    flash(_("You follow this now."))
    return redirect(local_path(request.form.get("next"), address), 303)


def _unfollow(viewer: Viewer, follow: Follow | None, address: str) -> ResponseReturnValue:
    with transaction():
        actions.unfollow(viewer, [follow.id] if follow else [])
    flash(_("You no longer follow this."))
    return redirect(local_path(request.form.get("next"), address), 303)


def _show_followers(url: str, name: str, followers: queries.Followers) -> ResponseReturnValue:
    return render_template("follows/followers.html", page=FollowersPage(url, name, followers))


def _after() -> int:
    return _number("after")


def _number(name: str) -> int:
    return min(max(request.args.get(name, 0, int), 0), MAX_ID)
