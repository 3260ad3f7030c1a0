"""Find a board's pinned topics, and posts deleted long ago, without looking at all the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_partial_indexes"
down_revision = "2026_11_23_groups"
branch_labels = None
depends_on = None

PINNED = sa.text("pinned_at IS NOT NULL")
BROUGHT = sa.text("state_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_topics_pinned",
        "topics",
        ["board_id", "state", "pinned_at"],
        sqlite_where=PINNED,
        postgresql_where=PINNED,
    )
    op.create_index(
        "ix_posts_brought_to_state", "posts", ["state", "state_at"], sqlite_where=BROUGHT, postgresql_where=BROUGHT
    )


def downgrade() -> None:
    op.drop_index("ix_posts_brought_to_state", table_name="posts")
    op.drop_index("ix_topics_pinned", table_name="topics")
