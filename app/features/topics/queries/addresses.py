"""Addresses of topics for search engines: by ranges of ids, and the latest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa

from app.features.accounts.models import Right
from app.features.accounts.viewer import Viewer
from app.features.topics.models import PUBLISHED, Topic
from app.features.topics.queries.across import ids_of_latest
from app.kernel.db import session

Address: TypeAlias = sa.Row[int, str, datetime]


def numbers_of_ranges(viewer: Viewer, size: int) -> Sequence[int]:
    """Of the ranges of `size` ids each, counted from 1, those that hold a topic the viewer may read. One of each is looked at."""
    last = session.scalar(sa.select(sa.func.max(Topic.id))) or 0
    ranges = sa.select(sa.literal(1).label("number")).cte(recursive=True)
    ranges = ranges.union_all(sa.select(ranges.c.number + 1).where(ranges.c.number * size < last))
    some = _addresses(viewer).with_only_columns(Topic.id).where(_is_in_range(ranges.c.number, size))
    found = session.execute(sa.select(ranges.c.number, some.order_by(Topic.id).limit(1).scalar_subquery()))
    return sorted(number for number, topic_id in found if topic_id is not None)


def addresses_in_range(viewer: Viewer, number: int, size: int) -> Sequence[Address]:
    """Id, slug and `changed_at` of the topics the viewer may read in one of those ranges."""
    return session.execute(_addresses(viewer).where(_is_in_range(number, size)).order_by(Topic.id)).all()


def latest_addresses(viewer: Viewer, limit: int) -> Sequence[Address]:
    """The same of the topics that were last posted in."""
    latest = Topic.id.in_(ids_of_latest(viewer, limit))
    return session.execute(_addresses(viewer).where(latest).order_by(Topic.last_post_id.desc())).all()


def _addresses(viewer: Viewer) -> sa.Select[int, str, datetime]:
    """Found by the ids alone: a sum is no column, so no index of boards is taken instead."""
    readable = (Topic.board_id + 0).in_(viewer.board_ids(Right.READ))
    columns = sa.select(Topic.id, Topic.slug, Topic.changed_at)
    return columns.where(readable, Topic.state == PUBLISHED, Topic.link_to_id.is_(None))


def _is_in_range(number: Any, size: int) -> sa.ColumnElement[bool]:
    return sa.and_(Topic.id > (number - 1) * size, Topic.id <= number * size)
