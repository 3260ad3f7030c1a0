"""Acts that leave a topic in its place: pin, feature, lock, hide, delete, restore."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from app.features.accounts.viewer import Viewer
from app.features.moderation import policy
from app.features.moderation.actions.holding import hold_topics
from app.features.moderation.log import record
from app.features.posts.actions import totals
from app.features.topics.models import DELETED, HIDDEN, PUBLISHED, Topic
from app.kernel.clock import now
from app.kernel.verdict import Verdict, require


def pin_topics(viewer: Viewer, topics: Collection[Topic], reason: str = "") -> Sequence[Topic]:
    """Let topics stand first in their boards. Like every act here: all or, with Forbidden, none; gives those changed."""
    return _set(viewer, topics, pinned_at=now(), act="pin_topic", reason=reason)


def unpin_topics(viewer: Viewer, topics: Collection[Topic], reason: str = "") -> Sequence[Topic]:
    return _set(viewer, topics, pinned_at=None, act="unpin_topic", reason=reason)


def feature_topics(viewer: Viewer, topics: Collection[Topic], reason: str = "") -> Sequence[Topic]:
    return _set(viewer, topics, featured_at=now(), act="feature_topic", reason=reason)


def unfeature_topics(viewer: Viewer, topics: Collection[Topic], reason: str = "") -> Sequence[Topic]:
    return _set(viewer, topics, featured_at=None, act="unfeature_topic", reason=reason)


def lock_topics(viewer: Viewer, topics: Collection[Topic], reason: str = "") -> Sequence[Topic]:
    """Close topics to replies of anyone but moderators."""
    return _set(viewer, topics, locked_at=now(), act="lock_topic", reason=reason)


def unlock_topics(viewer: Viewer, topics: Collection[Topic], reason: str = "") -> Sequence[Topic]:
    return _set(viewer, topics, locked_at=None, act="unlock_topic", reason=reason)


def hide_topics(viewer: Viewer, topics: Collection[Topic], reason: str = "") -> Sequence[Topic]:
    """Keep topics from everyone but moderators."""
    return _bring(viewer, topics, HIDDEN, act="hide_topic", may=policy.may_change_topic, reason=reason)


def delete_topics(viewer: Viewer, topics: Collection[Topic], reason: str = "") -> Sequence[Topic]:
    """Hide topics or links, to be removed for good when the time to restore them is over."""
    return _bring(viewer, topics, DELETED, act="delete_topic", may=policy.may_delete_topic, reason=reason)


def restore_topics(viewer: Viewer, topics: Collection[Topic], reason: str = "") -> Sequence[Topic]:
    at = now()

    def may_restore(who: Viewer, topic: Topic) -> Verdict:
        return policy.may_restore_topic(who, topic, at)

    return _bring(viewer, topics, PUBLISHED, act="restore_topic", may=may_restore, reason=reason)


def _set(
    viewer: Viewer, topics: Collection[Topic], *, act: str, reason: str, **moments: datetime | None
) -> Sequence[Topic]:
    held = hold_topics(topic.id for topic in topics)
    chosen = [held[topic.id] for topic in topics]
    for topic in chosen:
        require(policy.may_change_topic(viewer, topic))

    before = totals.standings_of(chosen)
    changed = []
    for column, moment in moments.items():
        changed += [topic for topic in chosen if (getattr(topic, column) is None) is not (moment is None)]
        for topic in changed:
            setattr(topic, column, moment)
    totals.settle_boards(before, changed)

    write_down(viewer, act, changed, reason)
    return changed


def _bring(
    viewer: Viewer,
    topics: Collection[Topic],
    state: str,
    *,
    act: str,
    may: Callable[[Viewer, Topic], Verdict],
    reason: str,
) -> Sequence[Topic]:
    held = hold_topics(topic.id for topic in topics)
    chosen = [held[topic.id] for topic in topics]
    for topic in chosen:
        require(may(viewer, topic))

    before = totals.standings_of(chosen)
    changed = [topic for topic in chosen if topic.state != state]
    for topic in changed:
        topic.state, topic.state_at, topic.state_by_id, topic.state_reason = state, now(), viewer.member_id, reason
    totals.settle_boards(before, changed)
    totals.settle_authors(before, changed)

    write_down(viewer, act, changed, reason)
    return changed


def write_down(viewer: Viewer, act: str, topics: Collection[Topic], reason: str, **details: Any) -> None:
    """One entry for each topic, with the title it had."""
    for topic in topics:
        record(
            viewer,
            act,
            board_id=topic.board_id,
            topic_id=topic.id,
            subject_id=topic.author_id,
            reason=reason,
            details={"title": topic.title, **details},
        )
