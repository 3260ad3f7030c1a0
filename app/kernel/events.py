"""Announcements: a feature says what happened, features above it react in the same transaction.

The table of who listens is app/wiring.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Listener = Callable[[Any], None]
Wiring = Mapping[type, Sequence[Listener]]

_wiring: dict[type, Sequence[Listener]] = {}


def connect(wiring: Wiring) -> None:
    """Replace the table of listeners."""
    _wiring.clear()
    _wiring.update(wiring)


def announce(event: object) -> None:
    """Tell every listener of this kind of event, in the order of the table. A listener's error stops the action."""
    for listener in _wiring.get(type(event), ()):
        listener(event)
