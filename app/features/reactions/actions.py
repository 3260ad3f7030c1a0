"""Reacting to posts. Each reaction is one point of the author's reputation, whatever its kind."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.posts.models import Post
from app.features.reactions import policy
from app.features.reactions.models import KINDS, Reaction
from app.features.topics.models import Topic
from app.kernel.db import lock, lock_all, session
from app.kernel.errors import Invalid, NotFound
from app.kernel.verdict import require
from app.kernel.words import lazy_gettext as _


def react(viewer: Viewer, post: Post, topic: Topic, kind: str) -> None:
    """React to a post, or react otherwise than before; the same again takes it back. Raises Invalid for another kind."""
    if kind not in KINDS:
        raise Invalid(_("There is no such reaction."))
    locked = _lock_post(viewer, post, topic)

    own = _own_reaction(viewer, locked)
    if own is None:
        session.add(Reaction(post_id=locked.id, user_id=viewer.member_id, kind=kind))
        _give_reputation(locked.author_id, 1)
    elif own.kind == kind:
        _take_back(own, locked)
    else:
        own.kind = kind
    session.flush()


def withdraw(viewer: Viewer, post: Post, topic: Topic) -> None:
    """Take one's reaction back, if there is one."""
    locked = _lock_post(viewer, post, topic)

    own = _own_reaction(viewer, locked)
    if own is not None:
        _take_back(own, locked)
    session.flush()


def _lock_post(viewer: Viewer, post: Post, topic: Topic) -> Post:
    """The post, and after it both members in the order of their ids: the reaction refers to one, counts for the other."""
    require(policy.may_react(viewer, post, topic))
    locked = lock(Post, post.id)
    if locked is None or locked.topic_id != topic.id:
        raise NotFound
    require(policy.may_react(viewer, locked, topic))
    lock_all(User, {viewer.member_id, locked.author_id})
    return locked


def _own_reaction(viewer: Viewer, post: Post) -> Reaction | None:
    return session.get(Reaction, (post.id, viewer.member_id), populate_existing=True)


def _take_back(own: Reaction, post: Post) -> None:
    session.delete(own)
    _give_reputation(post.author_id, -1)


def _give_reputation(user_id: int, points: int) -> None:
    session.execute(
        sa.update(User)
        .where(User.id == user_id)
        .values(reputation=User.reputation + points)
        .execution_options(changes=(f"user:{user_id}",))
    )
