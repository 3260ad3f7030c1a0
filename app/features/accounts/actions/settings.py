"""What members say about themselves and how they want the site to be."""

from __future__ import annotations

from typing import Any

from app.features.accounts import policy
from app.features.accounts.events import PreferencesChanged
from app.features.accounts.models import User
from app.features.accounts.preferences import Preferences, from_mapping
from app.features.accounts.viewer import Viewer
from app.kernel.db import lock, session
from app.kernel.errors import NotFound
from app.kernel.events import announce
from app.kernel.verdict import require


def change_profile(viewer: Viewer, *, about: str, location: str) -> None:
    user = _own_row(viewer)
    user.about, user.location = about, location


def change_preferences(viewer: Viewer, changes: dict[str, Any]) -> Preferences:
    """Keep these preferences, by name; values that are none of the choices are left as they were."""
    user = _own_row(viewer)
    before = from_mapping(user.preferences)
    accepted = {
        name: value for name, value in changes.items() if getattr(from_mapping({name: value}), name, None) == value
    }
    user.preferences = {**user.preferences, **accepted}
    session.flush()

    after = from_mapping(user.preferences)
    announce(PreferencesChanged(user.id, before, after))
    return after


def _own_row(viewer: Viewer) -> User:
    require(policy.may_change_settings(viewer))
    user = lock(User, viewer.member_id)
    if user is None:
        raise NotFound
    return user
