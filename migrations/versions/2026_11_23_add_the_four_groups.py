"""Add the groups every forum has, and the site's version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_groups"
down_revision = "2026_11_23_tables"
branch_labels = None
depends_on = None

GROUPS = sa.table(
    "groups",
    sa.column("id", sa.Integer),
    sa.column("name", sa.String),
    sa.column("title", sa.String),
    sa.column("is_admin", sa.Boolean),
    sa.column("is_team", sa.Boolean),
    sa.column("position", sa.Integer),
)
VERSION = sa.table("site_version", sa.column("id", sa.Integer), sa.column("version", sa.Integer))
MODERATORS = sa.table("moderators", sa.column("group_id", sa.Integer))


def upgrade() -> None:
    rows = [
        {"id": 1, "name": "Guests", "title": "", "is_admin": False, "is_team": False, "position": 1},
        {"id": 2, "name": "Members", "title": "Member", "is_admin": False, "is_team": False, "position": 2},
        {"id": 3, "name": "Moderators", "title": "Moderator", "is_admin": False, "is_team": True, "position": 3},
        {"id": 4, "name": "Administrators", "title": "Administrator", "is_admin": True, "is_team": True, "position": 4},
    ]
    bind = op.get_bind()
    present = set(bind.scalars(sa.select(GROUPS.c.id)))
    missing = [row for row in rows if row["id"] not in present]
    if missing:
        op.bulk_insert(GROUPS, missing)
        op.bulk_insert(MODERATORS, [{"group_id": 3}])
    if not bind.scalar(sa.select(VERSION.c.id)):
        op.bulk_insert(VERSION, [{"id": 1, "version": 1}])
    if bind.dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('groups', 'id'), (SELECT max(id) FROM groups))")


def downgrade() -> None:
    """Keep the rows: members are in these groups, and going up again adds only what is missing."""
