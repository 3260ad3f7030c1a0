"""`python -m app.operate.permissions > docs/permissions.md`."""

from __future__ import annotations

from app.operate.permissions.page import page

print(page(), end="")
