"""The record of every moderator's and administrator's act. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.features.accounts.viewer import Viewer
from app.features.moderation.models import LogEntry
from app.kernel.db import session
from app.kernel.words import lazy_gettext as _

REASON_LENGTH = 300

# What is done to topics and posts, in the words of the log: moderators read it for their boards. Any other act is
# administration.
BOARD_ACTS: Mapping[str, object] = {
    "pin_topic": _("Topic pinned"),
    "unpin_topic": _("Topic unpinned"),
    "feature_topic": _("Topic featured"),
    "unfeature_topic": _("Topic no longer featured"),
    "lock_topic": _("Topic locked"),
    "unlock_topic": _("Topic unlocked"),
    "hide_topic": _("Topic hidden"),
    "restore_topic": _("Topic restored"),
    "delete_topic": _("Topic deleted"),
    "move_topic": _("Topic moved"),
    "merge_topic": _("Topic merged"),
    "split_topic": _("Posts split off"),
    "retitle_topic": _("Topic renamed"),
    "hide_post": _("Post hidden"),
    "restore_post": _("Post restored"),
    "delete_post": _("Post deleted"),
    "edit_post": _("Post edited"),
    "recommend_post": _("Post recommended"),
    "unrecommend_post": _("Post no longer recommended"),
    "close_reports": _("Reports closed"),
}

SITE_ACTS: Mapping[str, object] = {
    "set_groups": _("Groups of a member changed"),
    "add_group": _("Group added"),
    "edit_group": _("Group changed"),
    "order_group": _("Group put elsewhere"),
    "delete_group": _("Group deleted"),
    "add_moderator": _("Moderator added"),
    "end_moderator": _("Moderator removed"),
    "change_settings": _("Settings changed"),
    "add_board": _("Board added"),
    "edit_board": _("Board changed"),
    "order_board": _("Board put elsewhere"),
    "delete_board": _("Board deleted"),
    "empty_board": _("Topics of a board moved"),
    "set_rights": _("Permissions changed"),
    "copy_rights": _("Permissions copied"),
}


def name_of(act: str) -> str:
    """The act in the words of the log."""
    return str(BOARD_ACTS.get(act) or SITE_ACTS.get(act) or act.replace("_", " ").capitalize())


def record(
    viewer: Viewer,
    act: str,
    *,
    board_id: int | None = None,
    topic_id: int | None = None,
    post_id: int | None = None,
    subject_id: int | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Write down what the viewer has just done, in the transaction that does it.

    `act` is a short word such as "lock_topic"; `subject_id` the member it happened to; `details` plain values
    for JSON. Locks no row that other work waits for, but belongs after the locks of the act itself.
    """
    record_by(
        viewer.member_id,
        act,
        board_id=board_id,
        topic_id=topic_id,
        post_id=post_id,
        subject_id=subject_id,
        reason=reason,
        details=details,
    )


def record_by(
    actor_id: int,
    act: str,
    *,
    board_id: int | None = None,
    topic_id: int | None = None,
    post_id: int | None = None,
    subject_id: int | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """The same for listeners, which know the actor by id only."""
    session.add(
        LogEntry(
            actor_id=actor_id,
            act=act,
            board_id=board_id,
            topic_id=topic_id,
            post_id=post_id,
            subject_id=subject_id,
            reason=reason[:REASON_LENGTH],
            details=details or {},
        )
    )
    session.flush()
