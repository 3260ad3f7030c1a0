"""Ticks that are kept while turning pages: told by a script with every change, or by a button."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.features.accounts.sign_in import current_viewer
from app.features.moderation import actions, policy
from app.features.moderation.queries import Kind
from app.features.moderation.views import choosing
from app.kernel.db import transaction
from app.kernel.errors import StoaError
from app.kernel.verdict import require

bp = Blueprint("moderation_selection", __name__)


@bp.post("/moderation/selection")
def change_selection() -> ResponseReturnValue:
    """`ticked` and `unticked` are changes and answered with 204; without them the form holds a page's ticks."""
    viewer = current_viewer()
    require(policy.may_select(viewer))
    if request.form.get("kind") not in {"post", "topic"}:
        raise StoaError
    kind = cast("Kind", request.form["kind"])

    if request.form.get("do") == "clear":
        return choosing.clear_and_return(viewer, kind)
    if "ticked" in request.form or "unticked" in request.form:
        with transaction():
            actions.untick(viewer, kind, choosing.ids_sent("unticked"))
            actions.tick(viewer, kind, choosing.ids_sent("ticked"))
        return Response(status=204)
    return choosing.keep_and_return(viewer, kind)
