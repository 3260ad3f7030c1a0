"""Run by Alembic. The connection comes from `app.kernel.migrate`, which holds its transaction."""

from __future__ import annotations

from alembic import context

from app.tables import METADATA, is_described

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
    transaction_per_migration=False,
    compare_type=True,
    include_object=is_described,
)
context.run_migrations()
