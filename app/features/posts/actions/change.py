"""Changing and taking back what was written."""

from __future__ import annotations

from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts
from app.features.posts import policy
from app.features.posts.actions import place
from app.features.posts.events import PostDeletedByAuthor, PostEdited
from app.features.posts.models import Post, Revision
from app.features.topics.events import TopicRetitled
from app.features.topics.models import DELETED, Topic
from app.kernel import markup
from app.kernel.clock import now
from app.kernel.db import lock, session
from app.kernel.errors import NotFound
from app.kernel.events import announce
from app.kernel.slugs import slugify
from app.kernel.verdict import require


def edit_post(viewer: Viewer, post: Post, topic: Topic, board: BoardFacts, *, source: str, reason: str = "") -> Post:
    """Give a post a new text and keep the old one as a revision. Equal text changes nothing."""
    require(policy.may_edit(viewer, post, topic, board, now()))
    rendered = markup.render(source)

    locked_topic, locked = lock(Topic, topic.id), lock(Post, post.id)
    if locked_topic is None or locked is None or locked.topic_id != topic.id:
        raise NotFound
    require(policy.may_edit(viewer, locked, locked_topic, board, now()))
    if locked.source == source:
        return locked
    at = now()
    session.add(
        Revision(post_id=locked.id, source=locked.source, editor_id=viewer.member_id, replaced_at=at, reason=reason)
    )
    locked.source, locked.html = source, rendered.html
    locked.excerpt, locked.renderer_version = markup.excerpt(rendered.text), rendered.version
    locked.edited_at, locked.edited_by_id, locked.edit_reason = at, viewer.member_id, reason
    locked.edit_count += 1
    session.flush()

    announce(PostEdited(locked.id, topic.id, locked.author_id, viewer.member_id, reason))
    return locked


def edit_topic_opening(
    viewer: Viewer, post: Post, topic: Topic, board: BoardFacts, *, title: str, source: str, reason: str = ""
) -> Post:
    """Change a topic's title together with its first post. Old addresses of the topic keep working."""
    require(policy.may_edit(viewer, post, topic, board, now()))

    locked = lock(Topic, topic.id)
    if locked is None:
        raise NotFound
    if locked.title != title:
        old_title, locked.title, locked.slug = locked.title, title, slugify(title)
        session.flush()
        announce(TopicRetitled(locked.id, viewer.member_id, old_title))
    return edit_post(viewer, post, locked, board, source=source, reason=reason)


def delete_own_post(viewer: Viewer, post: Post, topic: Topic, board: BoardFacts) -> None:
    """Take back a post of one's own: it is gone for everyone but moderators, who may restore it."""
    require(policy.may_delete(viewer, post, topic, board, now()))

    locked_topic, locked = lock(Topic, topic.id), lock(Post, post.id)
    if locked_topic is None or locked is None or not locked.is_published:
        raise NotFound
    require(policy.may_delete(viewer, locked, locked_topic, board, now()))
    locked.state, locked.state_at, locked.state_by_id, locked.state_reason = DELETED, now(), viewer.id, ""
    place.settle_topic(locked_topic)
    place.settle_boards([locked_topic.board_id])
    place.settle_members([locked.author_id])

    announce(PostDeletedByAuthor(locked.id, locked_topic.id))
