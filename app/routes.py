"""Every blueprint."""

from __future__ import annotations

from pathlib import Path

from app.kernel import static
from app.pages import health

ROOT = Path(__file__).parents[1]

BLUEPRINTS = (
    health.bp,
    static.bp,
)
