"""Find any page of a board's list without walking to it, and what stands between its topics."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_shelves"
down_revision = "2026_11_23_date_topics"
branch_labels = None
depends_on = None

LISTED = sa.text("state = 'published' AND link_to_id IS NULL AND pinned_at IS NULL")
LINKS = sa.text("link_to_id IS NOT NULL")
BROUGHT = sa.text("state_at IS NOT NULL")

ORDERS = {
    "ix_topics_by_last_post": ["board_id", "last_post_id"],
    "ix_topics_by_start": ["board_id", "created_at", "id"],
    "ix_topics_by_replies": ["board_id", "post_count", "id"],
    "ix_topics_by_views": ["board_id", "view_count", "id"],
    "ix_topics_by_rating": ["board_id", "rating_score", "id"],
}
# An index that holds mostly nothing looks useless to SQLite, which then reads the whole table.
MOSTLY_EMPTY = ["link_to_id", "merged_into_id"]
REPLACED = {
    "ix_topics_author_id": ["author_id"],
    "ix_topics_state_last_post_id": ["state", "last_post_id"],
    "ix_topics_board_id_state_created_at": ["board_id", "state", "created_at"],
    "ix_topics_board_id_state_post_count": ["board_id", "state", "post_count"],
    "ix_topics_board_id_state_view_count": ["board_id", "state", "view_count"],
    "ix_topics_board_id_state_rating_score": ["board_id", "state", "rating_score"],
}


def upgrade() -> None:
    op.add_column("boards", sa.Column("pinned_count", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "board_shelves",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("topics", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_board_shelves_board_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("board_id", "width", "number", name="pk_board_shelves"),
    )
    for name in REPLACED:
        op.drop_index(name, table_name="topics")
    for column in MOSTLY_EMPTY:
        given = sa.text(f"{column} IS NOT NULL")
        op.drop_index(f"ix_topics_{column}", table_name="topics")
        op.create_index(f"ix_topics_{column}", "topics", [column], sqlite_where=given, postgresql_where=given)
    for name, columns in ORDERS.items():
        op.create_index(name, "topics", columns, sqlite_where=LISTED, postgresql_where=LISTED)
    op.create_index("ix_topics_author_id_first_post_id", "topics", ["author_id", "first_post_id"])
    op.create_index(
        "ix_topics_brought_to_state", "topics", ["state", "state_at"], sqlite_where=BROUGHT, postgresql_where=BROUGHT
    )
    op.create_index(
        "ix_topics_links", "topics", ["board_id", "last_post_id"], sqlite_where=LINKS, postgresql_where=LINKS
    )


def downgrade() -> None:
    for name in ("ix_topics_links", "ix_topics_brought_to_state", "ix_topics_author_id_first_post_id", *ORDERS):
        op.drop_index(name, table_name="topics")
    for column in MOSTLY_EMPTY:
        op.drop_index(f"ix_topics_{column}", table_name="topics")
        op.create_index(f"ix_topics_{column}", "topics", [column])
    for name, columns in REPLACED.items():
        op.create_index(name, "topics", columns)
    op.drop_table("board_shelves")
    op.drop_column("boards", "pinned_count")
