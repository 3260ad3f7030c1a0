"""The record of every moderator's and administrator's act. Rows are only ever added."""

from __future__ import annotations

from typing import Any

from app.features.accounts.viewer import Viewer
from app.features.moderation.models import LogEntry
from app.kernel.db import session

REASON_LENGTH = 300


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
