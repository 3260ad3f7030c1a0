"""Moving chosen posts out of their topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts
from app.features.moderation import policy
from app.features.moderation.actions.holding import (
    first_positions,
    hold_boards,
    hold_posts,
    require_after_opening,
    settle_topics,
    withdraw_where_others_decide,
)
from app.features.moderation.events import PostsMoved
from app.features.moderation.log import record
from app.features.posts.actions import totals
from app.features.posts.models import Post
from app.features.topics.models import PUBLISHED, Topic, TopicRead
from app.kernel.db import session
from app.kernel.errors import Invalid
from app.kernel.events import announce
from app.kernel.slugs import slugify
from app.kernel.verdict import require
from app.kernel.words import lazy_gettext as _


def split_into_new_topic(
    viewer: Viewer, posts: Collection[Post], board: BoardFacts, title: str, reason: str = ""
) -> Topic:
    """Open a topic with the chosen posts, which keep their times and addresses. The oldest published one opens it.

    Raises Invalid when nothing published would go, or stay.
    """
    chosen, sources = hold_posts([post.id for post in posts])
    require(policy.may_put_into_board(viewer, board))
    for topic in sources.values():
        if any(post.topic_id == topic.id for post in chosen):
            require(policy.may_take_posts(viewer, topic))
    left = _left_topics(chosen, sources)
    hold_boards({board.id, *(topic.board_id for topic in left)})

    opening = next(post for post in chosen if post.is_published)
    target = Topic(
        board_id=board.id,
        author_id=opening.author_id,
        title=title,
        slug=slugify(title),
        created_at=opening.created_at,
        state=PUBLISHED,
    )
    session.add(target)
    session.flush()
    _copy_read_marks(left, target)
    _move(viewer, chosen, left, target, reason)
    return target


def split_into_topic(viewer: Viewer, posts: Collection[Post], target: Topic, reason: str = "") -> Topic:
    """Move the chosen posts to a topic that is there, among its posts by time. Raises Invalid as above."""
    chosen, held = hold_posts([post.id for post in posts], [target.id])
    into = held[target.id]
    require(policy.may_put_into_topic(viewer, into))
    if any(post.topic_id == into.id for post in chosen):
        raise Invalid(_("Some of the posts are in that topic already."), "address")
    left = _left_topics(chosen, held)
    for topic in left:
        require(policy.may_take_posts(viewer, topic))
    require_after_opening(viewer, into, Post.id.in_([post.id for post in chosen]))

    _move(viewer, chosen, left, into, reason)
    return into


def _left_topics(chosen: Sequence[Post], held: Mapping[int, Topic]) -> list[Topic]:
    """The topics the posts come from; at least one published post must go, and one stay in each of them."""
    if not any(post.is_published for post in chosen):
        raise Invalid(_("Choose at least one post that is not hidden."), "posts")
    left = [held[topic_id] for topic_id in sorted({post.topic_id for post in chosen})]
    ids = [post.id for post in chosen]
    for topic in left:
        stays = sa.select(Post.id).where(Post.topic_id == topic.id, Post.state == PUBLISHED, Post.id.not_in(ids))
        if session.scalar(stays.limit(1)) is None:
            raise Invalid(
                _("At least one post must stay in “%(title)s”. To move all of it, merge the topic.", title=topic.title),
                "posts",
            )
    return left


def _copy_read_marks(left: Sequence[Topic], target: Topic) -> None:
    """What was read before stays read: marks are ids of posts, and those do not change."""
    marks = (
        sa.select(
            TopicRead.user_id, sa.literal(target.id), sa.func.max(TopicRead.post_id), sa.func.max(TopicRead.read_at)
        )
        .where(TopicRead.topic_id.in_([topic.id for topic in left]))
        .group_by(TopicRead.user_id)
    )
    session.execute(sa.insert(TopicRead).from_select(["user_id", "topic_id", "post_id", "read_at"], marks))


def _move(viewer: Viewer, chosen: Sequence[Post], left: Sequence[Topic], target: Topic, reason: str) -> None:
    moved = {topic.id: [post.id for post in chosen if post.topic_id == topic.id] for topic in left}
    before = totals.standings_of([target, *left])
    if not target.post_count:
        before[target.id] = totals.Standing(target.board_id)
    came_from = {post.id: post.topic_id for post in chosen if post.is_published}
    positions = first_positions(chosen) | {target.id: 0}
    withdraw_where_others_decide(viewer, target, Post.id.in_([post.id for post in chosen]))
    for post in chosen:
        post.topic_id = target.id
    session.flush()
    announce(PostsMoved(tuple(post.id for post in chosen), target.id))

    settle_topics(positions, {topic.id: topic for topic in (target, *left)})
    totals.settle_boards(before, [target, *left])
    counts = totals.standing_of(target).counts_for_authors
    members = Counter[int]()
    for post in chosen:
        if post.is_published:
            members[post.author_id] += counts - before[came_from[post.id]].counts_for_authors
    totals.add_to_members(User.post_count, members)

    for topic in left:
        record(
            viewer,
            "split_topic",
            board_id=topic.board_id,
            topic_id=topic.id,
            reason=reason,
            details={"title": topic.title, "posts": moved[topic.id], "into_topic": target.id},
        )
