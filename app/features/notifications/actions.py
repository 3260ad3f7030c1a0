"""Telling members what happened, and marking it read. A member's counter changes with the rows, under the member's lock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.notifications import policy, queries
from app.features.notifications.models import Notification
from app.features.posts.actions.totals import add_to_members
from app.features.posts.models import Post
from app.features.topics.models import Topic
from app.kernel.clock import now
from app.kernel.db import insert_missing, lock_all, session
from app.kernel.verdict import require

BATCH = 50


def tell_some(post_id: int, after: int) -> int | None:
    """Tell those the post quotes, and the next followers by member id beyond `after`; safe to repeat.

    Gives the id to go on from, None when everyone has been told or the post is not to be seen any more.
    """
    found = _hold(post_id)
    if found is None:
        return None
    post, topic = found

    quoted = queries.quoted_authors(post)
    followers = queries.followers_to_tell(post, topic, after=after, limit=BATCH)
    kinds = queries.kinds_by_member(
        quoted if after == 0 else (), [i for i in followers if i not in quoted], queries.kind_for_followers(post, topic)
    )
    readers = queries.who_may_read(kinds.keys(), post, topic)
    _notify(post, {user_id: kind for user_id, kind in kinds.items() if user_id in readers})
    return followers[-1] if len(followers) == BATCH else None


def mark_read(viewer: Viewer, notification: Notification) -> None:
    """Mark one of the viewer's own notifications as read."""
    require(policy.may_read_notifications(viewer))
    _mark(viewer, Notification.id == notification.id)


def mark_all_read(viewer: Viewer) -> None:
    require(policy.may_read_notifications(viewer))
    _mark(viewer, sa.true())


def move_with_topic(topic_id: int, into_id: int) -> None:
    """Let notifications name the topic their posts now stand in. The caller holds both topics."""
    _point_to(Notification.topic_id == topic_id, into_id)


def move_with_posts(post_ids: Collection[int], topic_id: int) -> None:
    _point_to(Notification.post_id.in_(post_ids), topic_id)


def forget_posts(post_ids: Collection[int]) -> None:
    """Drop what members were told of posts that are about to be removed for good. The caller holds the posts."""
    about = Notification.post_id.in_(post_ids)
    told = sorted(session.scalars(sa.select(Notification.user_id).where(about).distinct()))
    session.scalars(sa.select(User.id).where(User.id.in_(told)).order_by(User.id).with_for_update(key_share=True)).all()
    unread = session.execute(
        sa.select(Notification.user_id, sa.func.count())
        .where(about, Notification.read_at.is_(None))
        .group_by(Notification.user_id)
    )
    fewer = {user_id: -number for user_id, number in unread}
    session.execute(sa.delete(Notification).where(about).execution_options(synchronize_session=False))
    add_to_members(User.unread_notification_count, fewer)


def _point_to(which: sa.ColumnElement[bool], topic_id: int) -> None:
    session.execute(
        sa.update(Notification).where(which).values(topic_id=topic_id).execution_options(synchronize_session=False)
    )


def _hold(post_id: int) -> tuple[Post, Topic] | None:
    """A published post and its topic, kept from being moved or purged until the telling is done."""
    post = session.get(Post, post_id, with_for_update={"read": True}, populate_existing=True)
    if post is None or not post.is_published:
        return None
    keep: dict[str, Any] = {"read": True, "key_share": True}
    topic = session.get(Topic, post.topic_id, with_for_update=keep, populate_existing=True)
    return (post, topic) if topic is not None and topic.is_published else None


def _notify(post: Post, kinds: Mapping[int, str]) -> None:
    if not kinds:
        return
    lock_all(User, {*kinds, post.author_id})
    rows = [
        {
            "user_id": user_id,
            "kind": kinds[user_id],
            "actor_id": post.author_id,
            "topic_id": post.topic_id,
            "post_id": post.id,
            "created_at": now(),
        }
        for user_id in sorted(kinds)
    ]
    told = session.scalars(insert_missing(Notification, rows).returning(Notification.user_id)).all()
    session.execute(
        sa.update(User)
        .where(User.id.in_(told))
        .values(unread_notification_count=User.unread_notification_count + 1)
        .execution_options(synchronize_session=False)
    )


def _mark(viewer: Viewer, which: sa.ColumnElement[bool]) -> None:
    lock_all(User, [viewer.member_id])
    marked = session.scalars(
        sa.update(Notification)
        .where(Notification.user_id == viewer.id, Notification.read_at.is_(None), which)
        .values(read_at=now())
        .returning(Notification.id)
    ).all()
    session.execute(
        sa.update(User)
        .where(User.id == viewer.id)
        .values(unread_notification_count=User.unread_notification_count - len(marked))
    )
