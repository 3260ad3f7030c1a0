"""Making one topic of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.follows.models import Follow
from app.features.moderation import policy
from app.features.moderation.actions.holding import (
    answer_for,
    hold_topics,
    require_after_opening,
    settle_topics,
    withdraw_where_others_decide,
)
from app.features.moderation.actions.topics import write_down
from app.features.moderation.events import TopicMerged
from app.features.posts.actions import totals
from app.features.posts.models import Post
from app.features.ratings.models import Rating
from app.features.topics.models import Topic, TopicRead
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.events import announce
from app.kernel.verdict import require


def merge_topics(viewer: Viewer, topics: Collection[Topic], target: Topic, reason: str = "") -> Topic:
    """Move everything of the topics into the target: posts take their places by time, what members did to the topics
    follows without doubles, and the old addresses lead on. All or, with Forbidden, none.
    """
    held = hold_topics([target.id, *(topic.id for topic in topics)])
    into = held[target.id]
    chosen = [held[topic.id] for topic in topics]
    for topic in chosen:
        require(policy.may_merge_topics(viewer, topic, into))
    moving = Post.topic_id.in_([topic.id for topic in chosen])
    require_after_opening(viewer, into, moving)
    withdraw_where_others_decide(viewer, into, moving)
    before = totals.standings_of(held.values())
    members = _members_recounted(chosen, into, before)

    for topic in chosen:
        _move_posts(topic, into)
        _move_ratings(topic, into)
        _move_follows(topic, into)
        _move_read_marks(topic, into)
        into.view_count += topic.view_count
        answer_for(topic, into)
        topic.state_at, topic.state_by_id, topic.state_reason = now(), viewer.member_id, reason
        session.flush()
        announce(TopicMerged(topic.id, into.id))
    _lead_on({topic.id for topic in chosen}, into, held)
    recount_opinions(into)
    settle_topics({into.id: 0}, held)
    totals.settle_boards(before, held.values())
    totals.add_to_members(User.post_count, members)

    write_down(viewer, "merge_topic", chosen, reason, into_topic=into.id)
    return into


def _members_recounted(chosen: Iterable[Topic], into: Topic, before: Mapping[int, totals.Standing]) -> Counter[int]:
    """What changes in the authors' totals where only one of two places counts for them."""
    changes: Counter[int] = Counter()
    for topic in chosen:
        was, will = before[topic.id].counts_for_authors, before[into.id].counts_for_authors
        if was is not will:
            wrote = totals.posts_by_author(Post.topic_id == topic.id)
            changes.update(wrote) if will else changes.subtract(wrote)
    return changes


def _move_posts(topic: Topic, into: Topic) -> None:
    session.execute(
        sa.update(Post)
        .where(Post.topic_id == topic.id)
        .values(topic_id=into.id)
        .execution_options(synchronize_session=False)
    )


def _move_ratings(topic: Topic, into: Topic) -> None:
    """Who rated both keeps the rating of the target."""
    there = aliased(Rating)
    both = sa.exists().where(there.topic_id == into.id, there.user_id == Rating.user_id)
    _move_or_drop(Rating, Rating.topic_id, both, topic, into)


def _move_follows(topic: Topic, into: Topic) -> None:
    there = aliased(Follow)
    both = sa.exists().where(there.topic_id == into.id, there.user_id == Follow.user_id)
    _move_or_drop(Follow, Follow.topic_id, both, topic, into)


def _move_read_marks(topic: Topic, into: Topic) -> None:
    """A mark is the id of a post, so the newer of two marks tells how far the member has read."""
    here = aliased(TopicRead)
    newer = sa.select(here.post_id).where(here.topic_id == topic.id, here.user_id == TopicRead.user_id)
    session.execute(
        sa.update(TopicRead)
        .where(TopicRead.topic_id == into.id, TopicRead.post_id < newer.scalar_subquery())
        .values(post_id=newer.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    both = sa.exists().where(here.topic_id == into.id, here.user_id == TopicRead.user_id)
    _move_or_drop(TopicRead, TopicRead.topic_id, both, topic, into)


def _move_or_drop(
    model: type[Rating | Follow | TopicRead],
    column: sa.orm.InstrumentedAttribute[int] | sa.orm.InstrumentedAttribute[int | None],
    both: sa.Exists,
    topic: Topic,
    into: Topic,
) -> None:
    unsynchronised = {"synchronize_session": False}
    session.execute(
        sa.update(model).where(column == topic.id, ~both).values({column: into.id}).execution_options(**unsynchronised)
    )
    session.execute(sa.delete(model).where(column == topic.id).execution_options(**unsynchronised))


def _lead_on(merged_ids: Iterable[int], into: Topic, held: Mapping[int, Topic]) -> None:
    """What led to the merged topics leads to the target; of links each other board keeps one."""
    gone = set(merged_ids)
    boards_with_link = {into.board_id, *(t.board_id for t in held.values() if t.link_to_id == into.id)}
    for topic in held.values():
        if topic.merged_into_id in gone:
            topic.merged_into_id = into.id
        if topic.link_to_id in gone and topic.board_id in boards_with_link:
            answer_for(topic, into)
        elif topic.link_to_id in gone:
            boards_with_link.add(topic.board_id)
            topic.link_to_id = into.id  # the title stays: the target's may be of a board its readers do not know
    session.flush()


def recount_opinions(topic: Topic) -> None:
    """Take a held topic's rating and follower count from the rows."""
    topic.rating_count, topic.rating_sum = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Rating.stars), 0)).where(Rating.topic_id == topic.id)
    ).one()
    topic.rating_score = topic.rating_sum * 1000 // topic.rating_count if topic.rating_count else 0
    topic.follower_count = session.scalar(sa.select(sa.func.count()).where(Follow.topic_id == topic.id)) or 0
    session.flush()
