"""The boards of the demo, what groups may do in them, and the site's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.features.accounts import granting
from app.features.accounts.models import MEMBERS, MODERATORS, Right
from app.features.boards import actions as boards
from app.features.boards.actions import READING, USUAL_RIGHTS, Draft
from app.features.site.actions import store_settings
from app.kernel.db import session
from app.operate.demo import script
from app.operate.demo.stage import Stage


def _rights(stage: Stage, access: str) -> Mapping[int, Right]:
    everything = USUAL_RIGHTS[MODERATORS]
    if access == "staff starts":
        return {**USUAL_RIGHTS, MEMBERS: READING | Right.REPLY}
    if access == "staff only":
        return {MODERATORS: everything, stage.warden_group_id: everything}
    return USUAL_RIGHTS


def build(stage: Stage) -> None:
    places = script.read_places()
    store_settings(**places["site"])
    for category in places["category"]:
        draft = Draft(category["name"], is_category=True)
        parent = boards.add_board(stage.viewer("Asha"), draft, {**USUAL_RIGHTS, stage.warden_group_id: Right.SEE})
        parent.created_at = stage.ago(script.age("560d"))
        for board in category["board"]:
            _add(stage, board, parent.id)


def in_order(places: dict[str, Any]) -> list[dict[str, Any]]:
    """Every board of the script, those inside others after them."""
    found: list[dict[str, Any]] = []
    for category in places["category"]:
        for board in category["board"]:
            found += [board, *board.get("board", [])]
    return found


def _add(stage: Stage, board: dict[str, Any], parent_id: int) -> None:
    access = board.get("access", "")
    draft = Draft(
        board["name"],
        description=board["description"],
        icon=board["icon"],
        parent_id=parent_id,
        has_ratings=board.get("ratings", True),
        counts_posts=access != "staff only",
        edit_minutes=board.get("edit_minutes"),
    )
    made = boards.add_board(stage.viewer("Asha"), draft, _rights(stage, access))
    made.created_at = stage.ago(script.age("560d"))
    session.flush()
    if "moderator" in board:
        granting.make_member_moderator(stage.viewer("Asha"), stage.user(board["moderator"]).id, made.id)
    for inner in board.get("board", []):
        _add(stage, inner, made.id)
