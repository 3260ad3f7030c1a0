"""Finding members and putting them into groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.admin import queries
from app.admin.access import admin_blueprint
from app.admin.forms import MemberGroupsForm
from app.admin.queries import MemberRow
from app.features.accounts import granting
from app.features.accounts import queries as accounts
from app.features.accounts.models import GUESTS, User
from app.features.accounts.sign_in import current_viewer
from app.features.moderation.log import record
from app.kernel import markup
from app.kernel.db import transaction
from app.kernel.errors import Invalid
from app.kernel.flash import flash
from app.kernel.words import gettext as _

bp = admin_blueprint("members", __name__)


@dataclass(frozen=True)
class MembersPage:
    wanted: str
    rows: Sequence[MemberRow]
    is_first: bool
    next_before: int | None

    @property
    def first_url(self) -> str:
        return f"/admin/members/?{urlencode({'q': self.wanted})}" if self.wanted else "/admin/members/"

    @property
    def next_url(self) -> str:
        asked = {"q": self.wanted} if self.wanted else {}
        return f"/admin/members/?{urlencode({**asked, 'before': self.next_before})}"


@dataclass(frozen=True)
class MemberPage:
    user: User
    form: MemberGroupsForm


@bp.get("/members/")
def show() -> ResponseReturnValue:
    wanted = markup.clean_line(request.args.get("q", ""))[:100]
    typed = request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None
    rows, next_before = queries.find_members(wanted, before=before)
    return render_template("admin/members.html", page=MembersPage(wanted, rows, before is None, next_before))


@bp.get("/members/<id:user_id>/")
def edit(user_id: int) -> ResponseReturnValue:
    user = accounts.get_user(user_id)
    others = queries.other_groups([user_id]).get(user_id, [])
    return _show(user, MemberGroupsForm(group_id=user.group_id, others=others))


@bp.post("/members/<id:user_id>/")
def save(user_id: int) -> ResponseReturnValue:
    viewer, form = current_viewer(), MemberGroupsForm(request.form)
    user = accounts.get_user(user_id)
    _offer_groups(form)

    if not form.validate():
        return _show(user, form, 422)
    before = [user.group_id, *queries.other_groups([user_id]).get(user_id, [])]
    try:
        with transaction():
            granting.set_groups(viewer, user_id, form.group_id.data, form.others.data or [])
            after = [form.group_id.data, *queries.other_groups([user_id]).get(user_id, [])]
            record(viewer, "set_groups", subject_id=user_id, details={"groups": [before, after]})
    except Invalid as error:
        form.refuse(error.reason, error.field)
        return _show(accounts.get_user(user_id), form, 422)
    flash(_("The groups of %(name)s are changed.", name=user.name))
    has_left = user_id == viewer.id and not any(accounts.groups()[i].is_admin for i in after)
    return redirect("/" if has_left else f"/admin/members/{user_id}/", 303)


def _offer_groups(form: MemberGroupsForm) -> None:
    offered = [(group.id, group.name) for group in accounts.groups().values() if group.id != GUESTS]
    form.group_id.choices = offered
    form.others.choices = offered


def _show(user: User, form: MemberGroupsForm, status: int = 200) -> Response:
    _offer_groups(form)
    return make_response(render_template("admin/member.html", page=MemberPage(user, form)), status)
