"""What members may do to accounts, groups and rights. Questions that need a moment take it as an argument."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.features.accounts.viewer import Viewer
from app.features.site.queries import SiteSettings
from app.kernel.verdict import ALLOW, Verdict, deny
from app.kernel.words import lazy_gettext as _

RECENT = timedelta(minutes=15)


def may_register(viewer: Viewer, site: SiteSettings) -> Verdict:
    if not viewer.is_guest:
        return deny(_("You are signed in already."))
    if not site.registration_is_open:
        return deny(_("This community does not take new members at the moment."))
    return ALLOW


def may_change_settings(viewer: Viewer) -> Verdict:
    return deny(_("Sign in to change your settings.")) if viewer.is_guest else ALLOW


def may_change_security(viewer: Viewer, at: datetime) -> Verdict:
    """Whether the viewer gave the password in this browser within the last 15 minutes."""
    if viewer.is_guest:
        return deny(_("Sign in to change your settings."))
    if viewer.confirmed_at is None or at - viewer.confirmed_at > RECENT:
        return deny(_("Please give your password again first."))
    return ALLOW


def may_administer(viewer: Viewer) -> Verdict:
    """Whether the viewer may change boards, groups, rights, members' groups and the site's settings."""
    if viewer.is_admin:
        return ALLOW
    if viewer.is_guest:
        return deny(_("Sign in as an administrator to see this page."))
    return deny(_("Only administrators may do this."))
