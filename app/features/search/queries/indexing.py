"""What there is to index, and how far it has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.features.posts.models import Post
from app.features.search.analysis import VERSION
from app.features.search.models import Entry, IndexedTopic, Progress
from app.features.site.queries import settings
from app.features.topics.models import MERGED, Topic
from app.kernel.db import session


@dataclass(frozen=True)
class Language:
    """What the site's posts are taken to be written in, as its two or three letters."""

    code: str

    @property
    def made_with(self) -> str:
        return f"{VERSION} {self.code}"


@dataclass(frozen=True)
class Document:
    """What is indexed of a post; `title` is its topic's when the post opens it, otherwise empty."""

    post_id: int
    source: str
    created_at: datetime
    author_id: int
    topic_id: int
    board_id: int
    title: str


def language() -> Language:
    return Language(settings().default_locale.replace("_", "-").partition("-")[0])


def documents(post_ids: Collection[int]) -> list[Document]:
    """Those of the posts that exist, hidden and deleted ones included: rights are asked at each search."""
    title = sa.case((Topic.first_post_id == Post.id, Topic.title), else_="")
    rows = session.execute(
        sa.select(Post.id, Post.source, Post.created_at, Post.author_id, Post.topic_id, Topic.board_id, title)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.id.in_(post_ids))
        .order_by(Post.id)
    )
    return [Document(*row) for row in rows]


def progress() -> Progress | None:
    """How far the index has come; None before it was begun."""
    return session.scalar(sa.select(Progress).execution_options(populate_existing=True))


def next_post_ids(reached: Progress, limit: int) -> tuple[Sequence[int], int | None]:
    """Of the next posts those to index, and the last of them all; None when there are no more."""
    rows = session.execute(
        sa.select(Post.id, Entry.post_id.label("indexed"))
        .outerjoin(Entry, Entry.post_id == Post.id)
        .where(Post.id > reached.indexed_up_to)
        .order_by(Post.id)
        .limit(limit)
    ).all()
    known = {row.indexed for row in rows}
    wanted = [row.id for row in rows if row.id not in known or row.id <= reached.made_again_up_to]
    return wanted, rows[-1].id if rows else None


def missing_post_ids(reached: Progress, limit: int) -> Sequence[int]:
    """Posts that are not in the index although later ones are: what was written by several at once, without news."""
    return session.scalars(
        sa.select(Post.id)
        .outerjoin(Entry, Entry.post_id == Post.id)
        .where(Entry.post_id.is_(None), Post.id <= reached.indexed_up_to)
        .limit(limit)
    ).all()


def last_post_id() -> int:
    return session.scalars(sa.select(sa.func.coalesce(sa.func.max(Post.id), 0))).one()


def post_ids_of(topic_id: int) -> Sequence[int]:
    return session.scalars(sa.select(Post.id).where(Post.topic_id == topic_id).order_by(Post.position)).all()


def changed_topic_ids(reached: Progress) -> Sequence[int]:
    """Topics that were moved or renamed, or have another first post, since they were indexed."""
    differs = sa.or_(
        IndexedTopic.topic_id.is_(None),
        IndexedTopic.board_id != Topic.board_id,
        IndexedTopic.first_post_id != Topic.first_post_id,
        IndexedTopic.title != Topic.title,
    )
    return session.scalars(
        sa.select(Topic.id)
        .outerjoin(IndexedTopic, IndexedTopic.topic_id == Topic.id)
        .where(Topic.state != MERGED, Topic.link_to_id.is_(None), Topic.first_post_id <= reached.indexed_up_to, differs)
        .order_by(Topic.id)
    ).all()
