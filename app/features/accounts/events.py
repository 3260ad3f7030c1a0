"""What happened to members."""

from __future__ import annotations

from dataclasses import dataclass

from app.features.accounts.preferences import Preferences


@dataclass(frozen=True)
class MemberJoined:
    user_id: int


@dataclass(frozen=True)
class PreferencesChanged:
    user_id: int
    before: Preferences
    after: Preferences
