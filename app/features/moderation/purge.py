"""Jobs: what was deleted is removed for good when its time is over, and forgotten ticks are dropped.

Each batch is a transaction of its own, so a long purge holds up nobody. Safe to run twice at once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.moderation.actions.holding import hold_topics
from app.features.moderation.events import PostsPurged
from app.features.moderation.models import Selection
from app.features.moderation.policy import KEPT
from app.features.moderation.queries import Kind
from app.features.posts.actions.place import settle_topic
from app.features.posts.actions.totals import add_to_members
from app.features.posts.models import Post
from app.features.reactions.models import Reaction
from app.features.topics.models import DELETED, MERGED, Topic
from app.kernel.clock import now
from app.kernel.db import session, transaction
from app.kernel.events import announce

BATCH = 200
TICKS_KEPT = timedelta(days=1)


def purge_deleted() -> None:
    """Remove posts and topics that were deleted longer ago than they are kept. Their log entries stay."""
    while _purge_some_posts():
        pass
    while _purge_part_of_topic():
        pass


def drop_old_selections() -> None:
    with transaction():
        session.execute(sa.delete(Selection).where(Selection.created_at < now() - TICKS_KEPT))


def _purge_some_posts() -> bool:
    overdue = sa.and_(Post.state == DELETED, Post.state_at < now() - KEPT)
    topic_id = session.scalar(sa.select(Post.topic_id).where(overdue).limit(1))
    if topic_id is None:
        return False
    which = sa.and_(overdue, Post.topic_id == topic_id)
    _remove_posts(topic_id, _some_ids(which), which)
    return True


def _purge_part_of_topic() -> bool:
    """Its last posts first, so that the positions of the others stay dense; with the last of them the topic."""
    overdue = sa.and_(Topic.state == DELETED, Topic.state_at < now() - KEPT)
    topic_id = session.scalar(sa.select(Topic.id).where(overdue).limit(1))
    if topic_id is None:
        return False
    which = sa.and_(Post.topic_id == topic_id, sa.exists().where(Topic.id == Post.topic_id, overdue))
    _remove_posts(topic_id, _some_ids(which), which)
    with transaction():
        topic = hold_topics([topic_id])[topic_id]
        if (
            topic.state == DELETED
            and session.scalar(sa.select(Post.id).where(Post.topic_id == topic_id).limit(1)) is None
        ):
            _remove_topic(topic_id)
        else:
            settle_topic(topic, since=topic.post_count + 1)
    return True


def _some_ids(which: sa.ColumnElement[bool]) -> list[int]:
    latest = sa.select(Post.id).where(which).order_by(Post.position.desc(), Post.created_at.desc(), Post.id.desc())
    return list(session.scalars(latest.limit(BATCH)))


def _remove_posts(topic_id: int, post_ids: Collection[int], which: sa.ColumnElement[bool]) -> None:
    """Those of the posts to which `which` still applies, with revisions, reports and notifications.

    In two steps, because both lock members, each in their order: first authors lose the points that reactions
    brought, then who was told of the posts forgets it.
    """
    chosen = sa.and_(Post.id.in_(post_ids), which)
    with transaction():
        hold_topics([topic_id])
        _take_back_points(chosen)
    with transaction():
        hold_topics([topic_id])
        held = sa.select(Post.id).where(chosen, ~sa.exists().where(Reaction.post_id == Post.id))
        ids = session.scalars(held.order_by(Post.id).with_for_update(key_share=True)).all()
        announce(PostsPurged(tuple(ids)))
        _drop("post", ids)
        session.execute(sa.delete(Post).where(Post.id.in_(ids)).execution_options(synchronize_session=False))


def _take_back_points(chosen: sa.ColumnElement[bool]) -> None:
    post_ids = session.scalars(sa.select(Post.id).where(chosen).order_by(Post.id).with_for_update(key_share=True)).all()
    brought = session.execute(
        sa.select(Post.author_id, sa.func.count())
        .join(Reaction, Reaction.post_id == Post.id)
        .where(Post.id.in_(post_ids))
        .group_by(Post.author_id)
    )
    points = {author_id: -number for author_id, number in brought}
    reactions = sa.delete(Reaction).where(Reaction.post_id.in_(post_ids))
    session.execute(reactions.execution_options(synchronize_session=False))
    add_to_members(User.reputation, points)


def _drop(kind: Kind, item_ids: Collection[int]) -> None:
    ticks = sa.delete(Selection).where(Selection.kind == kind, Selection.item_id.in_(item_ids))
    session.execute(ticks.execution_options(synchronize_session=False))


def _remove_topic(topic_id: int) -> None:
    """With everything that only led to it: links, and topics merged into it."""
    leading = {topic_id}
    while True:
        more = session.scalars(
            sa.select(Topic.id).where(
                sa.or_(
                    Topic.link_to_id.in_(leading), sa.and_(Topic.state == MERGED, Topic.merged_into_id.in_(leading))
                ),
                Topic.id.not_in(leading),
            )
        ).all()
        if not more:
            break
        leading.update(more)
    session.execute(
        sa.update(Topic)
        .where(Topic.id.in_(leading))
        .values(link_to_id=None, merged_into_id=None)
        .execution_options(synchronize_session=False)
    )
    _drop("topic", leading)
    session.execute(sa.delete(Topic).where(Topic.id.in_(leading)).execution_options(synchronize_session=False))
