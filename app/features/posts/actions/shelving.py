"""Keeping the shelves true, by which a board's list finds its pages. Callers hold the board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa

from app.features.topics.models import LISTED, Shelf, Topic
from app.features.topics.queries.shelves import WIDTHS
from app.kernel.db import session

Place = int | None  # the last post of a listed topic; None while it is not listed


def move_on_shelves(board_id: int, moves: Iterable[tuple[Place, Place]]) -> None:
    """Listed topics of the board have got another last post, have come or have gone: each from one place to another."""
    changes: Counter[tuple[int, int]] = Counter()
    for before, after in moves:
        for place, change in ((before, -1), (after, +1)):
            if place is not None:
                changes.update({(width, place // width): change for width in WIDTHS})
    for (width, number), change in sorted(changes.items()):
        if change:
            _add(board_id, width, number, change)


def fill_shelves(board_id: int) -> None:
    """Count the topics on every shelf of the board again."""
    session.execute(sa.delete(Shelf).where(Shelf.board_id == board_id).execution_options(synchronize_session=False))
    for width in WIDTHS:
        number = Topic.last_post_id // sa.literal_column(str(width))
        counted = (
            sa.select(Topic.board_id, sa.literal(width), number, sa.func.count())
            .where(Topic.board_id == board_id, sa.text(LISTED))
            .group_by(Topic.board_id, number)
        )
        session.execute(sa.insert(Shelf).from_select(["board_id", "width", "number", "topics"], counted))


def _add(board_id: int, width: int, number: int, change: int) -> None:
    """An empty shelf has no row."""
    this = sa.and_(Shelf.board_id == board_id, Shelf.width == width, Shelf.number == number)
    unsynchronised = {"synchronize_session": False}
    add = sa.update(Shelf).where(this).values(topics=Shelf.topics + change).returning(Shelf.topics)
    left = session.execute(add, execution_options=unsynchronised).scalar_one_or_none()
    if left is None:
        session.execute(sa.insert(Shelf).values(board_id=board_id, width=width, number=number, topics=change))
    elif left == 0:
        session.execute(sa.delete(Shelf).where(this), execution_options=unsynchronised)
