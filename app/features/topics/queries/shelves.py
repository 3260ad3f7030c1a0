"""Where a page of a board's list begins, told by its shelves instead of walking there (docs/decisions/0006)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import sqlalchemy as sa

from app.features.topics.models import Shelf
from app.kernel.db import session

# Of each width the 64 shelves in one of the next are added up; of the widest all there are.
WIDTHS = (64, 4096, 262_144)


@dataclass(frozen=True)
class Start:
    """The listed topics with a last post below `below`, but for the first `skip` of them."""

    below: int | None
    skip: int


def start_of(board_id: int, above: int) -> Start:
    """Where the list goes on after its first `above` topics; skips fewer than the narrowest shelf holds. One query."""
    if above < WIDTHS[0]:
        return Start(None, above)
    found = session.execute(_REACHING, {"board_id": board_id, "above": above}).one_or_none()
    return Start(0, 0) if found is None else Start((found.number + 1) * WIDTHS[0], found.left)


def _reaching() -> sa.Select[int, int]:
    """The narrowest shelf from the top with which there are more than `above` topics, and how many it holds of these."""
    narrowing = list(pairwise(reversed(WIDTHS)))
    found = _first_to_reach(sa.bindparam("above", type_=sa.Integer), WIDTHS[-1], sa.true())
    for wide, narrow in narrowing:
        outer = found.cte(f"found_{wide}")
        number, times = sa.select(outer.c.number).scalar_subquery(), wide // narrow
        inside = sa.and_(Shelf.number >= number * times, Shelf.number < (number + 1) * times)
        found = _first_to_reach(sa.select(outer.c.left).scalar_subquery(), narrow, inside)
    return found


def _first_to_reach(above: sa.ColumnElement[int], width: int, which: sa.ColumnElement[bool]) -> sa.Select[int, int]:
    together = sa.func.sum(Shelf.topics).over(order_by=Shelf.number.desc())
    shelves = (
        sa.select(Shelf.number, Shelf.topics, together.label("together"))
        .where(Shelf.board_id == sa.bindparam("board_id"), Shelf.width == width, which)
        .subquery()
    )
    before = shelves.c.together - shelves.c.topics
    return (
        sa.select(shelves.c.number, (above - before).label("left"))
        .where(shelves.c.together > above)
        .order_by(shelves.c.number.desc())
        .limit(1)
    )


_REACHING = _reaching()
