"""Reading notifications, and who ought to get one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only
from sqlalchemy.sql.elements import ColumnElement

from app.features.accounts.models import Membership, User
from app.features.accounts.queries import viewer_of
from app.features.accounts.viewer import Viewer
from app.features.follows.models import Follow
from app.features.notifications.models import QUOTE, REPLY, TOPIC, Notification
from app.features.posts import policy as post_policy
from app.features.posts.models import Post
from app.features.topics.models import Topic
from app.kernel.clock import now
from app.kernel.db import session

# The first line of a quotation (`kernel/markup/quoting.py`), not of one inside another.
_QUOTE = re.compile(r"^ {0,3}> ?\[(?:\\.|[^\]\\\n])*\]\(/post/(\d{1,9})/\):[ \t]*$", re.MULTILINE)
QUOTES_AT_MOST = 20
PAUSES = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}


@dataclass(frozen=True)
class News:
    """One notification with what it is about, as far as its receiver may read it now."""

    notification: Notification
    post: Post
    topic: Topic


def page_of_news(viewer: Viewer, *, before: int | None = None, limit: int) -> Sequence[News]:
    """The viewer's notifications, newest first, older than the id `before`; none about what they may no longer see."""
    query = (
        sa.select(Notification, Post, Topic)
        .join(Post, Post.id == Notification.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Notification.user_id == viewer.id, post_policy.visible_to(viewer))
        .options(
            joinedload(Notification.actor, innerjoin=True).load_only(User.id, User.name, User.slug, User.group_id),
            load_only(Post.id, Post.topic_id, Post.excerpt),
            load_only(Topic.id, Topic.board_id, Topic.title, Topic.slug),
        )
        .order_by(Notification.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Notification.id < before)
    return [News(*row) for row in session.execute(query)]


def find_own(viewer: Viewer, notification_id: int) -> Notification | None:
    return session.scalar(
        sa.select(Notification).where(Notification.id == notification_id, Notification.user_id == viewer.id)
    )


def quoted_authors(post: Post) -> set[int]:
    """Whose posts this one quotes, but for its own author; at most the first twenty quotations count."""
    ids = [int(found) for found in _QUOTE.findall(post.source)[:QUOTES_AT_MOST]]
    if not ids:
        return set()
    return set(session.scalars(sa.select(Post.author_id).where(Post.id.in_(ids), Post.author_id != post.author_id)))


def followers_to_tell(post: Post, topic: Topic, *, after: int, limit: int) -> list[int]:
    """Members, by id beyond `after`, who want to hear of this post now: of a reply those who follow the topic, of a new
    topic those who follow its board or its author. Who wants to hear daily or weekly is told when the last word about
    the same thing is at least a day or a week old.
    """
    about: list[tuple[ColumnElement[bool], ColumnElement[bool]]]
    if post.id == topic.first_post_id:
        in_board = sa.exists().where(Topic.id == Notification.topic_id, Topic.board_id == topic.board_id)
        about = [
            (Follow.board_id == topic.board_id, in_board),
            (Follow.member_id == post.author_id, Notification.actor_id == post.author_id),
        ]
    else:
        about = [(Follow.topic_id == topic.id, Notification.topic_id == topic.id)]
    found: set[int] = set()
    for follows, same_thing in about:  # each walks an index by member
        is_due = _is_due(post, topic, same_thing)
        found.update(
            session.scalars(
                sa.select(Follow.user_id)
                .where(follows, is_due, Follow.user_id != post.author_id, Follow.user_id > after)
                .order_by(Follow.user_id)
                .limit(limit)
            )
        )
    return sorted(found)[:limit]


def _is_due(post: Post, topic: Topic, same_thing: ColumnElement[bool]) -> ColumnElement[bool]:
    due = [Follow.frequency == "immediate"]
    for frequency, pause in PAUSES.items():
        told = sa.select(Notification.id).where(
            Notification.user_id == Follow.user_id,
            Notification.kind == kind_for_followers(post, topic),
            Notification.created_at > now() - pause,
            Notification.post_id != post.id,
            same_thing,
        )
        due.append(sa.and_(Follow.frequency == frequency, ~told.exists()))
    return sa.or_(*due)


def kind_for_followers(post: Post, topic: Topic) -> str:
    return TOPIC if post.id == topic.first_post_id else REPLY


def who_may_read(user_ids: Collection[int], post: Post, topic: Topic) -> set[int]:
    """Those of the members who may read the post right now, in two queries."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for membership in session.scalars(sa.select(Membership).where(Membership.user_id.in_(user_ids))):
        groups[membership.user_id].append(membership.group_id)
    users = session.scalars(sa.select(User).where(User.id.in_(user_ids)))
    return {user.id for user in users if post_policy.may_read(viewer_of(user, groups[user.id]), post, topic)}


def kinds_by_member(quoted: Collection[int], followers: Collection[int], kind: str) -> Mapping[int, str]:
    """What each is told: who is both quoted and following hears only of the quotation."""
    return dict.fromkeys(followers, kind) | dict.fromkeys(quoted, QUOTE)
