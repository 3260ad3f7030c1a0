"""Date the topics there are by the newest thing known of them and of their posts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_date_topics"
down_revision = "2026_11_23_changed_at"
branch_labels = None
depends_on = None

BATCH = 10_000
# NULL beside anything is left out by PostgreSQL's GREATEST and swallows everything in SQLite's MAX.
NEWEST = """
UPDATE topics SET changed_at = {newest}(
    created_at, COALESCE(last_post_at, created_at), COALESCE(state_at, created_at), COALESCE((
        SELECT MAX({newest}(posts.created_at, COALESCE(posts.edited_at, posts.created_at),
            COALESCE(posts.state_at, posts.created_at), COALESCE(posts.recommended_at, posts.created_at)))
        FROM posts WHERE posts.topic_id = topics.id
    ), topics.created_at)
) WHERE id > :after AND id <= :after + :batch
"""


def upgrade() -> None:
    database = op.get_bind()
    newest = "MAX" if database.dialect.name == "sqlite" else "GREATEST"
    last = database.scalar(sa.text("SELECT COALESCE(MAX(id), 0) FROM topics"))
    for after in range(0, last, BATCH):
        database.execute(sa.text(NEWEST.format(newest=newest)), {"after": after, "batch": BATCH})


def downgrade() -> None:
    pass
