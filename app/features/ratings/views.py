"""Rating a topic over HTTP: five buttons in a form."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.addresses import topic_url
from app.features.accounts.resume import local_path
from app.features.accounts.sign_in import current_viewer
from app.features.ratings import actions
from app.features.ratings.forms import RatingForm
from app.features.topics.queries import get_topic
from app.kernel.db import transaction
from app.kernel.errors import Invalid
from app.kernel.flash import flash
from app.kernel.routing import Ref

bp = Blueprint("ratings", __name__)


@bp.post("/topic/<ref:topic>/rate")
def rate(topic: Ref) -> ResponseReturnValue:
    viewer, form = current_viewer(), RatingForm(request.form)
    found = get_topic(topic.id, viewer)
    back = local_path(request.form.get("next"), topic_url(found.id, found.slug))
    if viewer.is_guest:
        return redirect(f"/sign-in/?{urlencode({'next': back})}", 303)
    if not form.validate():
        raise Invalid(_("Choose one to five stars."))

    stars = int(form.rating.data or 0)
    with transaction():
        if form.withdraw.data:
            actions.withdraw(viewer, found)
        else:
            actions.rate(viewer, found, stars)

    if form.withdraw.data:
        flash(_("Your rating is withdrawn."))
    else:
        flash(ngettext("You gave this topic %(num)d star.", "You gave this topic %(num)d stars.", stars))
    return redirect(back, 303)
