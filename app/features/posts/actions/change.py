"""Changing and taking back what was written."""

from __future__ import annotations

from dataclasses import dataclass

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts
from app.features.posts import policy
from app.features.posts.actions import place, totals
from app.features.posts.events import PostDeletedByAuthor, PostEdited
from app.features.posts.models import Post, Revision
from app.features.topics.events import TopicRetitled
from app.features.topics.models import DELETED, Topic
from app.kernel import markup
from app.kernel.clock import now
from app.kernel.db import lock, session
from app.kernel.errors import Changed, NotFound
from app.kernel.events import announce
from app.kernel.slugs import slugify
from app.kernel.verdict import require


@dataclass(frozen=True)
class Edit:
    """What a post shall say from now on. `seen` is how often it had been edited when the writer looked, if known;
    `title` is the topic's, where the post opens one.
    """

    source: str
    reason: str = ""
    seen: int | None = None
    title: str = ""


def edit_post(viewer: Viewer, post: Post, topic: Topic, board: BoardFacts, edit: Edit) -> Post:
    """Give a post a new text and keep the old one as a revision. Equal text changes nothing.

    Raises Changed when somebody else edited the post after the writer had looked.
    """
    require(policy.may_edit(viewer, post, topic, board, now()))
    rendered = markup.render(edit.source)

    locked_topic, locked = lock(Topic, topic.id), lock(Post, post.id)
    if locked_topic is None or locked is None or locked.topic_id != topic.id:
        raise NotFound
    require(policy.may_edit(viewer, locked, locked_topic, board, now()))
    if locked.source == edit.source:
        return locked
    if edit.seen is not None and edit.seen != locked.edit_count:
        raise Changed
    at = now()
    session.add(
        Revision(
            post_id=locked.id, source=locked.source, editor_id=viewer.member_id, replaced_at=at, reason=edit.reason
        )
    )
    locked.source, locked.html = edit.source, rendered.html
    locked.excerpt, locked.renderer_version = markup.excerpt(rendered.text), rendered.version
    locked.edited_at, locked.edited_by_id, locked.edit_reason = at, viewer.member_id, edit.reason
    locked.edit_count += 1
    session.flush()

    announce(PostEdited(locked.id, topic.id, locked.author_id, viewer.member_id, edit.reason))
    return locked


def edit_topic_opening(viewer: Viewer, post: Post, topic: Topic, board: BoardFacts, edit: Edit) -> Post:
    """Change a topic's title together with its first post. Old addresses of the topic keep working.

    Raises Changed as `edit_post` does.
    """
    require(policy.may_edit(viewer, post, topic, board, now()))

    locked = lock(Topic, topic.id)
    if locked is None:
        raise NotFound
    if locked.title != edit.title:
        old_title, locked.title, locked.slug = locked.title, edit.title, slugify(edit.title)
        session.flush()
        announce(TopicRetitled(locked.id, viewer.member_id, old_title))
    return edit_post(viewer, post, locked, board, edit)


def delete_own_post(viewer: Viewer, post: Post, topic: Topic, board: BoardFacts) -> None:
    """Take back a post of one's own: it is gone for everyone but moderators, who may restore it."""
    require(policy.may_delete(viewer, post, topic, board, now()))

    locked_topic, locked = lock(Topic, topic.id), lock(Post, post.id)
    if locked_topic is None or locked is None or not locked.is_published:
        raise NotFound
    require(policy.may_delete(viewer, locked, locked_topic, board, now()))
    before = totals.standings_of([locked_topic])
    locked.state, locked.state_at, locked.state_by_id, locked.state_reason = DELETED, now(), viewer.id, ""
    place.settle_topic(locked_topic, since=locked.position)
    totals.settle_boards(before, [locked_topic])
    if before[locked_topic.id].counts_for_authors:
        totals.add_to_members(User.post_count, {locked.author_id: -1})

    announce(PostDeletedByAuthor(locked.id, locked_topic.id))
