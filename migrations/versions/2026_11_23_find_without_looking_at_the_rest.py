"""Let pages and acts find their few rows by an index, however many others there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_flat"
down_revision = "2026_11_23_fill_shelves"
branch_labels = None
depends_on = None

PUBLISHED = sa.text("state = 'published'")
UNREAD = sa.text("read_at IS NULL")

ADDED = {
    "follows": [["user_id", "id"], ["topic_id", "user_id"], ["board_id", "user_id"], ["member_id", "user_id"]],
    "moderation_log": [
        ["board_id", "id"],
        ["topic_id", "id"],
        ["actor_id", "id"],
        ["subject_id", "id"],
        ["act", "id"],
    ],
    "notifications": [["user_id", "kind", "created_at"]],
    "posts": [["topic_id", "id"]],
}
REPLACED = {
    "follows": [["topic_id"], ["board_id"], ["member_id"]],
    "moderation_log": [["board_id"], ["topic_id"], ["actor_id"], ["subject_id"]],
    "posts": [["author_id", "id"]],
}


def upgrade() -> None:
    _drop(REPLACED)
    _create(ADDED)
    op.create_index(
        "ix_posts_published_by_author",
        "posts",
        ["author_id", "id", "topic_id"],
        sqlite_where=PUBLISHED,
        postgresql_where=PUBLISHED,
    )
    op.create_index(
        "ix_notifications_unread", "notifications", ["user_id"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.add_column("site_version", sa.Column("member_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("site_version", sa.Column("read_up_to_post_id", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE site_version SET member_count = (SELECT count(*) FROM users)")


def downgrade() -> None:
    op.drop_column("site_version", "read_up_to_post_id")
    op.drop_column("site_version", "member_count")
    op.drop_index("ix_notifications_unread", table_name="notifications")
    op.drop_index("ix_posts_published_by_author", table_name="posts")
    _drop(ADDED)
    _create(REPLACED)


def _create(indexes: dict[str, list[list[str]]]) -> None:
    for table, several in indexes.items():
        for columns in several:
            op.create_index(_name(table, columns), table, columns)


def _drop(indexes: dict[str, list[list[str]]]) -> None:
    for table, several in indexes.items():
        for columns in several:
            op.drop_index(_name(table, columns), table_name=table)


def _name(table: str, columns: list[str]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
