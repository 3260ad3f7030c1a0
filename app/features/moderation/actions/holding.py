"""Taking hold of rows before an act, and placing posts again after it.

Order, to never deadlock: topics, then boards, then users, each by ascending id; log entries come last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import sqlalchemy as sa

from app.features.accounts.viewer import Viewer
from app.features.boards.models import Board
from app.features.posts.actions import place
from app.features.posts.models import Post
from app.features.topics.models import MERGED, PUBLISHED, Topic
from app.kernel.db import lock, session
from app.kernel.errors import Forbidden, NotFound
from app.kernel.words import lazy_gettext as _


def hold_topics(topic_ids: Iterable[int]) -> Mapping[int, Topic]:
    """The newest state of these topics, of the links to them and of those merged into them, kept from other writers.

    Raises NotFound when one of the topics is gone.
    """
    wanted = set(topic_ids)
    leading = (Topic.link_to_id, Topic.merged_into_id)
    related = session.scalars(sa.union_all(*(sa.select(Topic.id).where(there.in_(wanted)) for there in leading)))
    held = _hold(wanted | set(related))
    if not wanted <= held.keys():
        raise NotFound
    return held


def _hold(topic_ids: Collection[int]) -> dict[int, Topic]:
    rows = session.scalars(
        sa.select(Topic)
        .where(Topic.id.in_(topic_ids))
        .order_by(Topic.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {topic.id: topic for topic in rows}


def hold_posts(
    post_ids: Collection[int], more_topic_ids: Iterable[int] = ()
) -> tuple[Sequence[Post], Mapping[int, Topic]]:
    """The newest state of these posts, oldest first, with the topics they stand in and more topics.

    Raises NotFound when a post is gone.
    """
    standing = sa.select(Post.topic_id).where(Post.id.in_(post_ids)).distinct()
    held = dict(hold_topics({*session.scalars(standing), *more_topic_ids}))
    posts = session.scalars(
        sa.select(Post)
        .where(Post.id.in_(post_ids))
        .order_by(Post.created_at, Post.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if len(posts) != len(set(post_ids)):
        raise NotFound
    moved_meanwhile = {post.topic_id for post in posts} - held.keys()
    held.update(_hold(moved_meanwhile))
    return posts, held


def hold_boards(board_ids: Iterable[int]) -> None:
    """Before rows are written that name these boards: a foreign key takes a lock of its own."""
    for board_id in sorted(set(board_ids)):
        if lock(Board, board_id) is None:
            raise NotFound


def require_after_opening(viewer: Viewer, target: Topic, post_ids: sa.ColumnElement[bool]) -> None:
    """Raises Forbidden when one of these posts would open the target, in a board where others keep order."""
    if viewer.moderates(target.board_id):
        return
    earlier = sa.select(Post.id).where(post_ids, Post.state == PUBLISHED, Post.created_at < target.created_at)
    if session.scalar(earlier.limit(1)) is not None:
        raise Forbidden(_("You may not move posts to that topic."))


def withdraw_where_others_decide(viewer: Viewer, target: Topic, post_ids: sa.ColumnElement[bool]) -> None:
    """What one may recommend in one board does not stand first in another one by moving there."""
    if viewer.moderates(target.board_id):
        return
    session.execute(
        sa.update(Post)
        .where(post_ids, Post.recommended_at.is_not(None))
        .values(recommended_at=None, recommended_by_id=None, recommend_note="")
        .execution_options(synchronize_session="fetch")
    )


def first_positions(posts: Iterable[Post]) -> dict[int, int]:
    """For each topic these posts stand in, the first position of them."""
    first: dict[int, int] = {}
    for post in posts:
        first[post.topic_id] = min(post.position, first.get(post.topic_id, post.position))
    return first


def settle_topics(topics: Mapping[int, int], held: Mapping[int, Topic]) -> None:
    """Renumber those held topics whose posts an act changed, each from the first position where it did."""
    for topic_id in sorted(topics):
        place.settle_topic(held[topic_id], since=topics[topic_id])
        _withdraw_from_opening(held[topic_id])


def _withdraw_from_opening(topic: Topic) -> None:
    """A recommended reply that has become the first post stands at the top anyway."""
    session.execute(
        sa.update(Post)
        .where(Post.id == topic.first_post_id, Post.recommended_at.is_not(None))
        .values(recommended_at=None, recommended_by_id=None, recommend_note="")
        .execution_options(synchronize_session=False)
    )


def dissolve_links(to: Topic, board_id: int, held: Mapping[int, Topic]) -> None:
    """Links in a board where the topic itself now stands are no longer listed; their addresses lead on."""
    for link in held.values():
        if link.link_to_id == to.id and link.board_id == board_id:
            answer_for(link, to)


def answer_for(topic: Topic, target: Topic) -> None:
    """Leave of a topic or link no more than its address, which leads to the target."""
    topic.state, topic.merged_into_id, topic.link_to_id = MERGED, target.id, None
    topic.pinned_at = topic.featured_at = topic.locked_at = None
    topic.post_count = topic.view_count = topic.follower_count = 0
    topic.rating_sum = topic.rating_count = topic.rating_score = 0
    topic.first_post_id = topic.last_post_id = topic.last_post_by_id = topic.last_post_at = None
