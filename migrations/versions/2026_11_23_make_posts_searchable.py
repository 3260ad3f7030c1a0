"""Make posts searchable: an index that is filled by a job, beside the tables it is made from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_search"
down_revision = "2026_11_23_changes"
branch_labels = None
depends_on = None

# Signs the analysis puts into words or before them; letters beyond ASCII always belong to a word.
FTS5 = """
CREATE VIRTUAL TABLE search_words USING fts5(
    tokens, content='search_entries', content_rowid='post_id', tokenize="ascii tokenchars '+#.~:='"
)
"""
TRIGGERS = (
    """
    CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN
        INSERT INTO search_words(rowid, tokens) VALUES (new.post_id, new.tokens);
    END
    """,
    """
    CREATE TRIGGER search_entries_removed AFTER DELETE ON search_entries BEGIN
        INSERT INTO search_words(search_words, rowid, tokens) VALUES ('delete', old.post_id, old.tokens);
    END
    """,
    """
    CREATE TRIGGER search_entries_changed AFTER UPDATE ON search_entries WHEN old.tokens <> new.tokens BEGIN
        INSERT INTO search_words(search_words, rowid, tokens) VALUES ('delete', old.post_id, old.tokens);
        INSERT INTO search_words(rowid, tokens) VALUES (new.post_id, new.tokens);
    END
    """,
)


def upgrade() -> None:
    op.create_table(
        "search_entries",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tokens", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_search_entries_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_search_entries")),
    )
    op.create_table(
        "search_topics",
        sa.Column("topic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("first_post_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_search_topics_topic_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_search_topics")),
    )
    op.create_table(
        "search_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_post_id", sa.Integer(), nullable=False),
        sa.Column("last_post_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_search_days")),
    )
    op.create_table(
        "search_progress",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_with", sa.String(length=20), nullable=False),
        sa.Column("indexed_up_to", sa.Integer(), nullable=False),
        sa.Column("made_again_up_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_progress")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(FTS5)
        for trigger in TRIGGERS:
            op.execute(trigger)
    else:
        op.create_index(
            "ix_search_entries_tokens",
            "search_entries",
            ["tokens"],
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 1024},
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
    else:
        op.drop_index("ix_search_entries_tokens", table_name="search_entries")
    op.drop_table("search_progress")
    op.drop_table("search_days")
    op.drop_table("search_topics")
    op.drop_table("search_entries")
