"""Who listens to what: event -> listeners, in order."""

from __future__ import annotations

from app.kernel.events import Wiring

LISTENERS: Wiring = {}
