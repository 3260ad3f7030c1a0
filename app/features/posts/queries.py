"""Reading posts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.posts.models import IS_PUBLISHED, Post, Revision
from app.features.posts.policy import visible_to
from app.features.topics import policy as topic_policy
from app.features.topics.models import PUBLISHED, Topic
from app.kernel.clock import now
from app.kernel.db import MAX_ID, session
from app.kernel.errors import NotFound
from app.kernel.paging import page_of

REPEATED = timedelta(minutes=10)  # in which the same words again are the same form again
SAID_LATELY = 20  # posts in which a repeated topic is looked for

_NAME = (User.id, User.name, User.slug, User.group_id)


def get_post(post_id: int, viewer: Viewer) -> tuple[Post, Topic]:
    """A post the viewer may read, with its author, and its topic. Raises NotFound."""
    row = session.execute(
        sa.select(Post, Topic)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.id == post_id, visible_to(viewer))
        .options(joinedload(Post.author, innerjoin=True).load_only(*_NAME))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def posts_by_id(post_ids: Collection[int], viewer: Viewer) -> Mapping[int, Post]:
    """Those of the posts the viewer may read, with author and topic."""
    rows = session.scalars(
        sa.select(Post)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.id.in_(post_ids), visible_to(viewer))
        .options(joinedload(Post.topic, innerjoin=True), joinedload(Post.author, innerjoin=True).load_only(*_NAME))
    )
    return {post.id: post for post in rows}


def page_of_post(post: Post, size: int) -> int:
    """The page a post stands on; the one without a position of its own stands with its neighbour."""
    return page_of(max(1, post.position), size)


def first_unread(viewer: Viewer, topic: Topic, read_post_id: int) -> Post | None:
    """The earliest published post the viewer has not read; marks are ids, and ids rise with time."""
    return session.scalar(
        sa.select(Post)
        .where(Post.topic_id == topic.id, Post.state == PUBLISHED, Post.id > read_post_id, visible_to(viewer))
        .join(Topic, Topic.id == Post.topic_id)
        .order_by(Post.id)
        .limit(1)
    )


def new_posts_of_others(viewer: Viewer, topic: Topic, after_id: int) -> Sequence[Post]:
    """Published posts others wrote after the one with this id, oldest first, with their authors; at most 20."""
    return session.scalars(
        sa.select(Post)
        .where(
            Post.topic_id == topic.id,
            Post.id > after_id,
            Post.author_id != viewer.id,
            Post.state == PUBLISHED,
            visible_to(viewer),
        )
        .join(Topic, Topic.id == Post.topic_id)
        .options(joinedload(Post.author, innerjoin=True).load_only(*_NAME))
        .order_by(Post.id)
        .limit(20)
    ).all()


def find_submitted(viewer: Viewer, submission_key: str | None) -> Post | None:
    """What this viewer made of the same form with the same text before."""
    if submission_key is None:
        return None
    return session.scalar(
        sa.select(Post)
        .where(Post.author_id == viewer.id, Post.submission_key == submission_key)
        .options(joinedload(Post.topic, innerjoin=True))
    )


def find_repeated_reply(viewer: Viewer, topic: Topic, source: str) -> Post | None:
    """The topic's last post, if the viewer has just said exactly this: whoever goes back has a new form."""
    if viewer.is_guest or topic.last_post_by_id != viewer.id:
        return None
    return session.scalar(_just_said(viewer, source).where(Post.id == topic.last_post_id))


def find_repeated_topic(viewer: Viewer, board_id: int, title: str, source: str) -> Post | None:
    """The same for a topic the viewer has just started in a board."""
    newest = sa.and_(Topic.board_id == board_id, Topic.title == title, Topic.first_post_id == Post.id)
    lately = (
        sa.select(Post.id).where(Post.author_id == viewer.id, IS_PUBLISHED).order_by(Post.id.desc()).limit(SAID_LATELY)
    )
    return session.scalar(
        _just_said(viewer, source)
        .join(Topic, Topic.id == Post.topic_id)
        .where(newest, Post.id.in_(lately.subquery().select()))
        .limit(1)
    )


def _just_said(viewer: Viewer, source: str) -> sa.Select[Post]:
    recent = sa.and_(Post.author_id == viewer.id, Post.created_at > now() - REPEATED, Post.state == PUBLISHED)
    return sa.select(Post).where(recent, Post.source == source).options(joinedload(Post.topic, innerjoin=True))


def posts_of(
    author_id: int, viewer: Viewer, *, before: int | None = None, only_first: bool = False, limit: int = 20
) -> Sequence[Post]:
    """A member's posts the viewer may read, newest first, older than the post id `before`."""
    by_author = (
        sa.select(Topic.first_post_id.label("id")).where(Topic.author_id == author_id, Topic.link_to_id.is_(None))
        if only_first
        else sa.select(Post.id).join(Topic, Topic.id == Post.topic_id).where(Post.author_id == author_id, IS_PUBLISHED)
    )
    post_id = by_author.selected_columns.id
    wanted = by_author.where(Topic.state == PUBLISHED, topic_policy.visible_to(viewer), post_id < (before or MAX_ID))
    ids = wanted.order_by(post_id.desc()).limit(limit).subquery()
    return session.scalars(
        sa.select(Post)
        .join(ids, ids.c.id == Post.id)
        .options(joinedload(Post.topic, innerjoin=True), sa.orm.defer(Post.html), sa.orm.defer(Post.source))
        .order_by(Post.id.desc())
    ).all()


def newest_before(moment: datetime) -> int:
    """An id up to which every post was written before a moment; ids rise with time, so a few looks suffice."""
    low, high = 0, session.scalar(sa.select(sa.func.max(Post.id))) or 0
    while low < high:
        middle = (low + high + 1) // 2
        nearest = sa.select(Post.id, Post.created_at).where(Post.id <= middle).order_by(Post.id.desc()).limit(1)
        found = session.execute(nearest).one_or_none()
        if found is None or found.created_at < moment:
            low = middle
        else:
            high = found.id - 1
    return low


def revisions_of(post: Post) -> Sequence[Revision]:
    """Earlier texts of a post, newest first; who may see them is `policy.may_see_revisions`."""
    return session.scalars(sa.select(Revision).where(Revision.post_id == post.id).order_by(Revision.id.desc())).all()
