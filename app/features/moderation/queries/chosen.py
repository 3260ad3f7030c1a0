"""What a moderator has ticked, and the topics named by an address."""

from __future__ import annotations

import re
from typing import Literal

import sqlalchemy as sa

from app.features.accounts.viewer import Viewer
from app.features.moderation.models import Selection
from app.features.posts import policy as post_policy
from app.features.posts.models import Post
from app.features.topics import queries as topics
from app.features.topics.models import Topic
from app.kernel.db import MAX_ID, session

Kind = Literal["post", "topic"]

_TOPIC = re.compile(r"(?:^|[/?])topic/(\d{1,10})(?!\d)")
_POST = re.compile(r"(?:^|/)post/(\d{1,10})(?!\d)|[?&](?:comment|p)=(\d{1,10})(?!\d)")


def selected_ids(viewer: Viewer, kind: Kind) -> set[int]:
    """What the viewer has ticked and kept, on all pages."""
    if viewer.is_guest:
        return set()
    return set(
        session.scalars(
            sa.select(Selection.item_id).where(Selection.user_id == viewer.member_id, Selection.kind == kind)
        )
    )


def find_topic_at(address: str, viewer: Viewer) -> Topic | None:
    """The topic a person means by its number, its address, a post's address, or the old address of a merged or moved
    one; None when there is no such topic the viewer may read.
    """
    topic_id = _topic_id_in(address.strip(), viewer)
    if topic_id is None or not 0 < topic_id <= MAX_ID:
        return None
    found = topics.topics_by_id([topic_id], viewer).get(topic_id) or topics.find_merged_into(topic_id, viewer)
    if found is not None and found.link_to_id is not None:
        return topics.topics_by_id([found.link_to_id], viewer).get(found.link_to_id)
    return found


def _topic_id_in(address: str, viewer: Viewer) -> int | None:
    if address.isascii() and address.isdecimal() and len(address) <= 10:
        return int(address)
    in_topic = _TOPIC.search(address)
    if in_topic:
        return int(in_topic[1])
    in_post = _POST.search(address)
    if in_post is None:
        return None
    post_id = min(int(in_post[1] or in_post[2]), MAX_ID)
    return session.scalar(
        sa.select(Post.topic_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.id == post_id, post_policy.visible_to(viewer))
    )
