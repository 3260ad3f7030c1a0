"""Whoever is looking: a value made once per request, never a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.features.accounts.models import GUESTS, Right
from app.features.accounts.preferences import Preferences

NOTHING = Right(0)


@dataclass(frozen=True)
class Viewer:
    """A member or a guest (`id` is None), with the rights of all their groups."""

    id: int | None
    name: str = ""
    slug: str = ""
    group_ids: frozenset[int] = frozenset({GUESTS})
    rights: Mapping[int, Right] = field(default_factory=dict)
    is_admin: bool = False
    moderates_all: bool = False
    moderated_board_ids: frozenset[int] = frozenset()
    preferences: Preferences = field(default_factory=Preferences)
    read_up_to_post_id: int = 0
    unread_notification_count: int = 0
    sign_in_id: int | None = None
    confirmed_at: datetime | None = None

    @property
    def is_guest(self) -> bool:
        return self.id is None

    @property
    def member_id(self) -> int:
        """The id of a viewer a policy has already found to be a member."""
        assert self.id is not None
        return self.id

    @property
    def is_staff(self) -> bool:
        return self.is_admin or self.moderates_all or bool(self.moderated_board_ids)

    def may(self, right: Right, board_id: int) -> bool:
        return self.is_admin or right in self.rights.get(board_id, NOTHING)

    def moderates(self, board_id: int) -> bool:
        """Whether the viewer keeps order there; nobody moderates what they may not read."""
        if self.is_admin:
            return True
        named = self.moderates_all or board_id in self.moderated_board_ids
        return named and self.may(Right.READ, board_id)

    def board_ids(self, right: Right) -> list[int]:
        return sorted(board_id for board_id, rights in self.rights.items() if self.is_admin or right in rights)

    def moderated_ids(self) -> list[int]:
        return [board_id for board_id in self.rights if self.moderates(board_id)]
