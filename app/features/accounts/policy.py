"""What members may do to accounts, groups and rights."""

from __future__ import annotations

from app.features.accounts.viewer import Viewer
from app.kernel.verdict import ALLOW, Verdict, deny
from app.kernel.words import lazy_gettext as _


def may_administer(viewer: Viewer) -> Verdict:
    """Whether the viewer may change boards, groups, rights, members' groups and the site's settings."""
    if viewer.is_admin:
        return ALLOW
    if viewer.is_guest:
        return deny(_("Sign in as an administrator to see this page."))
    return deny(_("Only administrators may do this."))
