"""What every site has to say about itself: rules, privacy, whom to write to."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.features.accounts.queries import staff
from app.features.site.queries import settings

bp = Blueprint("about", __name__)


@bp.get("/rules/")
def rules() -> ResponseReturnValue:
    return render_template("pages/rules.html", text=Markup(settings().rules_html), canonical=_canonical())  # noqa: S704  (sanitised when stored)


@bp.get("/privacy/")
def privacy() -> ResponseReturnValue:
    return render_template("pages/privacy.html", text=Markup(settings().privacy_html), canonical=_canonical())  # noqa: S704


@bp.get("/contact/")
def contact() -> ResponseReturnValue:
    return render_template("pages/contact.html", staff=staff(), canonical=_canonical())


def _canonical() -> str:
    """The one address of the page that is asked for."""
    return str(current_app.config["STOA"].address) + request.path
