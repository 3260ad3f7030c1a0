"""Adding, ordering, changing and removing groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.admin import queries
from app.admin.access import admin_blueprint
from app.admin.forms import GroupForm
from app.features.accounts import granting
from app.features.accounts.models import ADMINISTRATORS, GUESTS, MEMBERS
from app.features.accounts.queries import GroupFacts, groups
from app.features.accounts.sign_in import current_viewer
from app.features.moderation.log import record
from app.kernel.db import transaction
from app.kernel.errors import Invalid, NotFound
from app.kernel.flash import flash
from app.kernel.words import gettext as _
from app.kernel.words import ngettext

bp = admin_blueprint("groups", __name__)


@dataclass(frozen=True)
class GroupsPage:
    groups: Sequence[GroupFacts]
    member_counts: Mapping[int, int]


@dataclass(frozen=True)
class GroupPage:
    """The form of one group; `group` is None for a new one."""

    form: GroupForm
    group: GroupFacts | None = None
    member_count: int = 0
    refusal: str = ""

    @property
    def is_built_in(self) -> bool:
        return self.group is not None and self.group.id <= ADMINISTRATORS

    @property
    def may_be_team(self) -> bool:
        return self.group is None or self.group.id not in {GUESTS, MEMBERS, ADMINISTRATORS}


@bp.get("/groups/")
def show() -> ResponseReturnValue:
    return render_template("admin/groups.html", page=GroupsPage(list(groups().values()), queries.member_counts()))


@bp.get("/groups/new")
def new() -> ResponseReturnValue:
    return _show_form(GroupForm())


@bp.post("/groups/new")
def add() -> ResponseReturnValue:
    viewer, form = current_viewer(), GroupForm(request.form)

    if not form.validate():
        return _show_form(form, status=422)
    try:
        with transaction():
            group = granting.add_group(viewer, **form.data)
            record(viewer, "add_group", details={"name": group.name})
    except Invalid as error:
        form.refuse(error.reason, error.field)
        return _show_form(form, status=422)
    flash(_("The group “%(name)s” is added. Now give it permissions, board by board.", name=group.name))
    return redirect("/admin/groups/", 303)


@bp.get("/groups/<id:group_id>/")
def edit(group_id: int) -> ResponseReturnValue:
    group = _get_group(group_id)
    form = GroupForm(name=group.name, title=group.title, is_team=group.is_team, is_admin=group.is_admin)
    return _show_form(form, group)


@bp.post("/groups/<id:group_id>/")
def save(group_id: int) -> ResponseReturnValue:
    viewer, form = current_viewer(), GroupForm(request.form)
    group = _get_group(group_id)

    if not form.validate():
        return _show_form(form, group, status=422)
    try:
        with transaction():
            granting.edit_group(viewer, group_id, **form.data)
            record(viewer, "edit_group", details={"name": form.name.data, "was": group.name})
    except Invalid as error:
        form.refuse(error.reason, error.field)
        return _show_form(form, group, status=422)
    flash(_("The group “%(name)s” is changed.", name=form.name.data))
    return redirect("/admin/groups/", 303)


@bp.post("/groups/<id:group_id>/order")
def order(group_id: int) -> ResponseReturnValue:
    """Move a group one place in the list; `do` is "up" or "down"."""
    viewer, group = current_viewer(), _get_group(group_id)
    move = granting.move_group_up if request.form.get("do") == "up" else granting.move_group_down
    with transaction():
        move(viewer, group_id)
        record(viewer, "order_group", details={"name": group.name})
    return redirect("/admin/groups/", 303)


@bp.post("/groups/<id:group_id>/delete")
def delete(group_id: int) -> ResponseReturnValue:
    viewer, group = current_viewer(), _get_group(group_id)
    try:
        with transaction():
            moved = granting.delete_group(viewer, group_id)
            record(viewer, "delete_group", details={"name": group.name, "count": moved})
    except Invalid as error:
        form = GroupForm(name=group.name, title=group.title, is_team=group.is_team, is_admin=group.is_admin)
        return _show_form(form, group, status=422, refusal=str(error.reason))
    flash(
        ngettext(
            "The group “%(name)s” is deleted; %(num)d member fell back to Members.",
            "The group “%(name)s” is deleted; %(num)d members fell back to Members.",
            moved,
            name=group.name,
        )
    )
    return redirect("/admin/groups/", 303)


def _get_group(group_id: int) -> GroupFacts:
    found = groups().get(group_id)
    if found is None:
        raise NotFound
    return found


def _show_form(form: GroupForm, group: GroupFacts | None = None, *, status: int = 200, refusal: str = "") -> Response:
    count = queries.member_counts().get(group.id, 0) if group else 0
    page = GroupPage(form, group, count, refusal)
    return make_response(render_template("admin/group.html", page=page), status)
