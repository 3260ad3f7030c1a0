"""What presence does about members."""

from __future__ import annotations

from app.features.accounts.events import PreferencesChanged
from app.features.presence import actions


def hide_present(event: PreferencesChanged) -> None:
    """Whoever no longer wants to be seen disappears at once."""
    if event.before.is_shown_present and not event.after.is_shown_present:
        actions.leave_no_trace(event.user_id)
