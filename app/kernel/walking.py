"""Lists made of the first few of each of several others."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement


def found_for_each(key: Any, keys: sa.Select[Any], dialect: str) -> ColumnElement[bool]:
    """Whether a key is among the few that a limited query, correlated to a row outside, gives for that row.

    Both databases then look the keys up one by one; PostgreSQL only when they are an array.
    """
    if dialect == "sqlite":
        return key.in_(keys)  # type: ignore[no-any-return]
    return key == sa.any_(sa.func.array(keys.scalar_subquery()))  # type: ignore[no-any-return]
