"""Count pinned topics and fill the shelves of boards that have topics already."""

from __future__ import annotations

from alembic import op

revision = "2026_11_23_fill_shelves"
down_revision = "2026_11_23_shelves"
branch_labels = None
depends_on = None

WIDTHS = (64, 4096, 262_144)


def upgrade() -> None:
    op.execute(
        "UPDATE boards SET pinned_count = (SELECT count(*) FROM topics WHERE topics.board_id = boards.id"
        " AND state = 'published' AND link_to_id IS NULL AND pinned_at IS NOT NULL)"
    )
    for width in WIDTHS:
        op.execute(
            "INSERT INTO board_shelves (board_id, width, number, topics)"  # noqa: S608  (a constant)
            f" SELECT board_id, {width}, last_post_id / {width}, count(*) FROM topics"
            " WHERE state = 'published' AND link_to_id IS NULL AND pinned_at IS NULL"
            f" GROUP BY board_id, last_post_id / {width}"
        )


def downgrade() -> None:
    op.execute("DELETE FROM board_shelves")
    op.execute("UPDATE boards SET pinned_count = 0")
