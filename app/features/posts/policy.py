"""Who may read, write, change and remove posts. Questions that need a moment take it as an argument."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from app.features.accounts.models import Right
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts
from app.features.posts.models import Post, ShownPost
from app.features.topics import policy as topic_policy
from app.features.topics.models import PUBLISHED, Topic
from app.kernel.verdict import ALLOW, Verdict, deny
from app.kernel.words import lazy_gettext as _

AnyPost = Post | ShownPost


def may_reply(viewer: Viewer, topic: Topic) -> Verdict:
    if viewer.is_guest:
        return deny(_("Sign in to reply."))
    readable = topic_policy.may_read(viewer, topic)
    if not readable:
        return readable
    if not viewer.may(Right.REPLY, topic.board_id):
        return deny(_("Your groups may not reply in this board."))
    if topic.link_to_id is not None or topic.state != PUBLISHED:
        return deny(_("This topic is hidden. Restore it before replying."))
    if topic.is_locked and not viewer.moderates(topic.board_id):
        return deny(_("This topic is now closed to further replies."))
    return ALLOW


def may_read(viewer: Viewer, post: AnyPost, topic: Topic) -> Verdict:
    readable = topic_policy.may_read(viewer, topic)
    if not readable:
        return readable
    if post.state == PUBLISHED or viewer.moderates(topic.board_id):
        return ALLOW
    return deny(_("There is no such post."))


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `may_read`; needs a join with the post's topic."""
    whole = topic_policy.visible_to(viewer)
    moderated = viewer.moderated_ids()
    if not moderated:
        return sa.and_(whole, Post.state == PUBLISHED)
    return sa.and_(whole, sa.or_(Post.state == PUBLISHED, Topic.board_id.in_(moderated)))


def may_edit(viewer: Viewer, post: AnyPost, topic: Topic, board: BoardFacts, at: datetime) -> Verdict:
    if viewer.is_guest:
        return deny(_("Sign in to edit your posts."))
    if viewer.moderates(topic.board_id):
        return ALLOW
    return _own_and_in_time(viewer, post, topic, board, at)


def may_delete(viewer: Viewer, post: AnyPost, topic: Topic, board: BoardFacts, at: datetime) -> Verdict:
    """Whether the viewer may take back a post of their own."""
    if viewer.is_guest:
        return deny(_("Sign in to delete your posts."))
    if post.id == topic.first_post_id:
        return deny(_("The first post goes with its topic. Ask a moderator to remove the topic."))
    return _own_and_in_time(viewer, post, topic, board, at)


def _own_and_in_time(viewer: Viewer, post: AnyPost, topic: Topic, board: BoardFacts, at: datetime) -> Verdict:
    if post.author_id != viewer.id:
        return deny(_("You may only change your own posts."))
    readable = may_read(viewer, post, topic)
    if not readable:
        return readable
    if topic.is_locked:
        return deny(_("This topic is locked, so its posts stay as they are."))
    if board.edit_minutes is not None and at - post.created_at > timedelta(minutes=board.edit_minutes):
        return deny(_("The time in which you could change this post is over."))
    return ALLOW


def may_see_revisions(viewer: Viewer, topic: Topic) -> Verdict:
    return topic_policy.may_moderate(viewer, topic)
