"""Sentences about consequences that more than one page has to tell."""

from __future__ import annotations

from collections.abc import Sequence

from app.features.accounts.queries import groups
from app.features.boards.actions import Lost
from app.features.boards.queries import tree
from app.kernel.flash import flash
from app.kernel.words import gettext as _

MOST_NAMED = 8


def say_lost(lost: Sequence[Lost]) -> None:
    """Tell, board by board, which groups may do nothing there any more and why."""
    boards, known = tree().by_id, groups()
    by_board: dict[int, list[str]] = {}
    for each in lost:
        if each.group_id in known:
            by_board.setdefault(each.board_id, []).append(known[each.group_id].name)
    sentences = []
    for board_id, names in list(by_board.items())[:MOST_NAMED]:
        parent_id = boards[board_id].parent_id
        above = boards[parent_id].name if parent_id else ""
        sentences.append(
            _(
                "“%(board)s” is closed to %(groups)s, who cannot see “%(above)s” above it.",
                board=boards[board_id].name,
                groups=", ".join(names),
                above=above,
            )
        )
    if len(by_board) > MOST_NAMED:
        sentences.append(_("The same goes for more boards below."))
    if sentences:
        flash(" ".join(sentences), "warn")
