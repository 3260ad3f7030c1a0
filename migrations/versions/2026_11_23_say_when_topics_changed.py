"""Say of every topic when what it says was last changed, for search engines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_changed_at"
down_revision = "2026_11_23_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "topics",
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("'1970-01-01 00:00:00'"), nullable=False
        ),
    )


def downgrade() -> None:
    op.drop_column("topics", "changed_at")
