"""Who gets into the administration, and what stands around each of its pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request
from flask_babel.speaklater import LazyString

from app.features.accounts.policy import may_administer
from app.features.accounts.resume import require_recent
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.kernel.verdict import require
from app.kernel.words import lazy_gettext as _


@dataclass(frozen=True)
class Place:
    """One entry of the administration's menu."""

    href: str
    icon: str
    label: LazyString

    @property
    def is_here(self) -> bool:
        return request.path == self.href or (self.href != "/admin/" and request.path.startswith(self.href))


PLACES = (
    Place("/admin/", "home", _("Overview")),
    Place("/admin/settings/", "sliders", _("Settings")),
    Place("/admin/boards/", "messages", _("Boards")),
    Place("/admin/moderators/", "shield", _("Moderators")),
    Place("/admin/groups/", "users", _("Groups")),
    Place("/admin/members/", "user", _("Members")),
)


def require_admin(viewer: Viewer) -> None:
    """Pass administrators who gave their password a short while ago. Raises Forbidden, or asks for the password and goes on
    after it.
    """
    require(may_administer(viewer))
    require_recent(viewer)


def admin_blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint below /admin/ that lets nobody else in."""
    bp = Blueprint(f"admin_{name}", import_name, url_prefix="/admin")

    @bp.before_request
    def admit() -> None:
        require_admin(current_viewer())

    @bp.context_processor
    def menu() -> dict[str, object]:
        return {"places": PLACES}

    return bp
