"""New posts: a topic's first, and replies."""

from __future__ import annotations

import hashlib
from datetime import datetime

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.boards.models import Board
from app.features.boards.queries import BoardFacts
from app.features.posts import policy, queries
from app.features.posts.actions.totals import Standing, count_post_in, standing_of
from app.features.posts.events import PostPublished
from app.features.posts.models import Post
from app.features.topics import policy as topic_policy
from app.features.topics.events import TopicStarted
from app.features.topics.models import Topic
from app.kernel import markup
from app.kernel.clock import now
from app.kernel.db import lock, session
from app.kernel.errors import NotFound
from app.kernel.events import announce
from app.kernel.slugs import slugify
from app.kernel.verdict import require


def submission_key_of(form_key: str, text: str) -> str | None:
    """One key for one form sent with one text: sent again it is the same post, with other words a new one."""
    return hashlib.sha256(f"{form_key}\0{text}".encode()).hexdigest() if form_key else None


def start_topic(viewer: Viewer, board: BoardFacts, title: str, source: str, submission_key: str | None = None) -> Post:
    """Open a topic with its first post. The same submission sent again answers with the post it made."""
    require(topic_policy.may_start_topic(viewer, board))
    rendered = markup.render(source)

    earlier = queries.find_submitted(viewer, submission_key)
    if earlier is not None:
        return earlier

    at = now()
    topic = Topic(board_id=board.id, author_id=viewer.member_id, title=title, slug=slugify(title), created_at=at)
    session.add(topic)
    session.flush()
    post = _add_post(viewer, topic, source, rendered, at=at, key=submission_key)
    topic.first_post_id = post.id
    _count_post(topic, post, Standing(board.id))

    announce(TopicStarted(topic.id, board.id, viewer.member_id))
    announce(PostPublished(post.id, topic.id, board.id, viewer.member_id, is_first=True))
    return post


def reply(viewer: Viewer, topic: Topic, source: str, submission_key: str | None = None) -> Post:
    """Add a post to a topic and tell whoever listens. The same submission sent again answers with the post it made."""
    require(policy.may_reply(viewer, topic))
    rendered = markup.render(source)

    locked = lock(Topic, topic.id)
    if locked is None:
        raise NotFound
    earlier = queries.find_submitted(viewer, submission_key)
    if earlier is not None:
        return earlier
    require(policy.may_reply(viewer, locked))

    at = max(now(), locked.last_post_at or now())
    post = _add_post(viewer, locked, source, rendered, at=at, key=submission_key)
    _count_post(locked, post, standing_of(locked))

    announce(PostPublished(post.id, locked.id, locked.board_id, viewer.member_id, is_first=False))
    return post


def _add_post(
    viewer: Viewer, topic: Topic, source: str, rendered: markup.Rendered, *, at: datetime, key: str | None
) -> Post:
    post = Post(
        topic_id=topic.id,
        topic=topic,
        author_id=viewer.member_id,
        source=source,
        html=rendered.html,
        excerpt=markup.excerpt(rendered.text),
        renderer_version=rendered.version,
        created_at=at,
        position=topic.post_count + 1 if topic.post_count else 1,
        submission_key=key,
    )
    session.add(post)
    session.flush()
    return post


def _count_post(topic: Topic, post: Post, was: Standing) -> None:
    topic.post_count = (topic.post_count or 0) + 1
    topic.last_post_id, topic.last_post_at, topic.last_post_by_id = post.id, post.created_at, post.author_id
    session.flush()

    board = lock(Board, topic.board_id)
    assert board is not None
    count_post_in(board, was, topic)

    if board.counts_posts:
        session.execute(
            sa.update(User)
            .where(User.id == post.author_id)
            .values(post_count=User.post_count + 1)
            .execution_options(synchronize_session=False, changes=(f"user:{post.author_id}",))
        )
