"""Who has news to read."""

from __future__ import annotations

from app.features.accounts.viewer import Viewer
from app.kernel.verdict import ALLOW, Verdict, deny
from app.kernel.words import lazy_gettext as _


def may_read_notifications(viewer: Viewer) -> Verdict:
    """Everyone has their own and sees no others."""
    return deny(_("Sign in to see your notifications.")) if viewer.is_guest else ALLOW
