"""The tree of boards, and the boards' counters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from app.features.accounts.models import Right
from app.features.accounts.queries import grants
from app.features.accounts.viewer import NOTHING, Viewer
from app.features.boards.models import Board
from app.features.site.queries import Versioned
from app.kernel.db import session
from app.kernel.errors import NotFound


@dataclass(frozen=True)
class BoardFacts:
    """What seldom changes about a board: everything but its counters."""

    id: int
    parent_id: int | None
    is_category: bool
    name: str
    slug: str
    description: str
    icon: str
    has_ratings: bool
    counts_posts: bool
    edit_minutes: int | None


class BoardTree:
    """All boards in the order administrators gave them, parents before children."""

    def __init__(self, facts: Collection[BoardFacts]) -> None:
        self._children: dict[int | None, list[BoardFacts]] = {}
        for fact in facts:
            self._children.setdefault(fact.parent_id, []).append(fact)
        self.all = self._walk(None)
        self.by_id: Mapping[int, BoardFacts] = {fact.id: fact for fact in self.all}
        self.boards = [fact for fact in self.all if not fact.is_category]

    def _walk(self, parent_id: int | None) -> list[BoardFacts]:
        walked: list[BoardFacts] = []
        for fact in self._children.get(parent_id, []):
            walked += [fact, *self._walk(fact.id)]
        return walked

    def children(self, board_id: int | None) -> list[BoardFacts]:
        return self._children.get(board_id, [])

    def ancestors(self, board_id: int) -> list[BoardFacts]:
        """From the top down, without the board itself."""
        found: list[BoardFacts] = []
        above = self.by_id[board_id].parent_id
        while above is not None:
            found.insert(0, self.by_id[above])
            above = self.by_id[above].parent_id
        return found

    def below(self, board_id: int) -> list[int]:
        """The ids of the board and of every board in it."""
        return [board_id, *(i for child in self.children(board_id) for i in self.below(child.id))]

    def depth(self, board_id: int) -> int:
        return len(self.ancestors(board_id))


def _load_tree() -> BoardTree:
    rows = session.scalars(sa.select(Board).order_by(Board.position, Board.id))
    return BoardTree(
        [
            BoardFacts(
                id=b.id,
                parent_id=b.parent_id,
                is_category=b.is_category,
                name=b.name,
                slug=b.slug,
                description=b.description,
                icon=b.icon,
                has_ratings=b.has_ratings,
                counts_posts=b.counts_posts,
                edit_minutes=b.edit_minutes,
            )
            for b in rows
        ]
    )


_tree = Versioned(_load_tree)


def tree() -> BoardTree:
    return _tree.get()


def get_board(board_id: int, viewer: Viewer) -> BoardFacts:
    """A board the viewer may see. Raises NotFound."""
    found = tree().by_id.get(board_id)
    if found is None or not viewer.may(Right.SEE, board_id):
        raise NotFound
    return found


def rows_by_id(board_ids: Collection[int], viewer: Viewer) -> Mapping[int, Board]:
    """Rows with counters of those boards the viewer may see."""
    seen = [i for i in board_ids if viewer.may(Right.SEE, i)]
    return {board.id: board for board in session.scalars(_ROWS, {"ids": seen})}


_ROWS = sa.select(Board).where(Board.id.in_(sa.bindparam("ids", expanding=True)))


def misplaced_grants() -> list[tuple[int, int]]:
    """Board and group of every grant in a board whose parent the group does not see; from the top down, and as if
    those above were taken away already. Always empty but in the middle of a change.
    """
    matrix = {group_id: dict(rights) for group_id, rights in grants().items()}
    found = []
    for board in tree().all:
        if board.parent_id is None:
            continue
        for group_id, rights in matrix.items():
            if rights.get(board.id) and not rights.get(board.parent_id, NOTHING) & Right.SEE:
                del rights[board.id]
                found.append((board.id, group_id))
    return found
