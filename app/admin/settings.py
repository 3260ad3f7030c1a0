"""What the whole site shares: its name, its announcement, its page sizes and its texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.admin.access import admin_blueprint
from app.admin.forms import SettingsForm
from app.features.accounts.policy import may_administer
from app.features.accounts.sign_in import current_viewer
from app.features.moderation.log import record
from app.features.site import actions
from app.features.site.queries import settings
from app.kernel import markup
from app.kernel.db import transaction
from app.kernel.flash import flash
from app.kernel.locales import languages, time_zones
from app.kernel.verdict import require
from app.kernel.words import gettext as _

bp = admin_blueprint("settings", __name__)


@dataclass(frozen=True)
class SettingsPage:
    """`previews` are the texts in Markdown as readers would see them, by name."""

    form: SettingsForm
    previews: Mapping[str, Markup]


@bp.get("/settings/")
def show() -> ResponseReturnValue:
    return _show(_offer_choices(SettingsForm(data=asdict(settings()))))


@bp.post("/settings/")
def save() -> ResponseReturnValue:
    viewer, form = current_viewer(), SettingsForm(request.form)
    _offer_choices(form)

    if not form.validate():
        return _show(form, 422)
    if "preview" in request.form:
        return _show(form)
    before, after = asdict(settings()), form.data
    changed = sorted(name for name in after if after[name] != before[name])
    with transaction():
        require(may_administer(viewer))
        if changed:
            actions.store_settings(**{name: after[name] for name in changed})
            record(viewer, "change_settings", details={"names": changed})
    flash(_("The settings are saved."))
    return redirect("/admin/settings/", 303)


def _offer_choices(form: SettingsForm) -> SettingsForm:
    form.default_locale.choices = list(languages().items())
    zones = dict.fromkeys((*time_zones(), settings().time_zone))
    form.time_zone.choices = [(name, name.replace("_", " ")) for name in zones]
    return form


def _show(form: SettingsForm, status: int = 200) -> Response:
    previews = {
        name: Markup(markup.render(form[name].data).html)  # noqa: S704  (sanitised by the renderer)
        for name in actions.RENDERED
        if form[name].data and not form[name].errors
    }
    return make_response(render_template("admin/settings.html", page=SettingsPage(form, previews)), status)
