"""Titled conversations, and how far each member has read them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.kernel.db import Count, CreatedAt, Id, Model, Moment, UtcDateTime

PUBLISHED, HIDDEN, DELETED, MERGED = "published", "hidden", "deleted", "merged"

# The topics of a board's numbered list, in the words of the indexes that hold only these.
LISTED = "state = 'published' AND link_to_id IS NULL AND pinned_at IS NULL"


def _index_of_few(name: str, *columns: str, where: str) -> sa.Index:
    """An index of some rows only; databases take it when a statement names the condition itself, not a bound value."""
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


class Topic(Model):
    """A conversation. A row with `link_to_id` only points at a topic that was moved away; one with
    `merged_into_id` only answers for its old address.
    """

    __tablename__ = "topics"
    __table_args__ = (
        sa.Index(None, "board_id", "state", "last_post_id"),
        _index_of_few("ix_topics_by_last_post", "board_id", "last_post_id", where=LISTED),
        _index_of_few("ix_topics_by_start", "board_id", "created_at", "id", where=LISTED),
        _index_of_few("ix_topics_by_replies", "board_id", "post_count", "id", where=LISTED),
        _index_of_few("ix_topics_by_views", "board_id", "view_count", "id", where=LISTED),
        _index_of_few("ix_topics_by_rating", "board_id", "rating_score", "id", where=LISTED),
        sa.Index(None, "author_id", "first_post_id"),
        _index_of_few("ix_topics_brought_to_state", "state", "state_at", where="state_at IS NOT NULL"),
        _index_of_few("ix_topics_merged_into_id", "merged_into_id", where="merged_into_id IS NOT NULL"),
        _index_of_few("ix_topics_link_to_id", "link_to_id", where="link_to_id IS NOT NULL"),
        _index_of_few("ix_topics_links", "board_id", "last_post_id", where="link_to_id IS NOT NULL"),
        _index_of_few("ix_topics_pinned", "board_id", "state", "pinned_at", where="pinned_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(sa.String(250))
    slug: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[CreatedAt]
    # When anything a search engine reads of it last changed; `app/freshness.py` says what that is.
    changed_at: Mapped[CreatedAt] = mapped_column(server_default=sa.text("'1970-01-01 00:00:00'"))

    state: Mapped[str] = mapped_column(sa.String(12), default=PUBLISHED, server_default=PUBLISHED)
    state_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state_reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    pinned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    featured_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    link_to_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))

    post_count: Mapped[Count]
    first_post_id: Mapped[int | None]
    last_post_id: Mapped[int | None]
    last_post_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_post_by_id: Mapped[int | None]
    rating_sum: Mapped[Count]
    rating_count: Mapped[Count]
    # The average in thousandths, 0 without ratings: what lists sort by.
    rating_score: Mapped[Count]
    view_count: Mapped[Count]
    follower_count: Mapped[Count]

    board: Mapped[Board] = relationship(lazy="raise")
    author: Mapped[User] = relationship(lazy="raise", foreign_keys=author_id)

    @property
    def is_published(self) -> bool:
        return self.state == PUBLISHED

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def is_pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def is_featured(self) -> bool:
        return self.featured_at is not None

    @property
    def reply_count(self) -> int:
        return max(0, self.post_count - 1)

    @property
    def rating_average(self) -> float:
        return self.rating_sum / self.rating_count if self.rating_count else 0.0


class Shelf(Model):
    """How many listed topics of a board have their last post in a span of ids: `number * width` and up to `width` more.

    They tell where a page of the list begins without walking to it.
    """

    __tablename__ = "board_shelves"

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True)
    width: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    topics: Mapped[Count]


class TopicRead(Model):
    """The newest post (by id) a member has seen of a topic."""

    __tablename__ = "topic_reads"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True, index=True)
    post_id: Mapped[int]
    read_at: Mapped[Moment]


class BoardRead(Model):
    """Every post of the board up to this id counts as read by the member."""

    __tablename__ = "board_reads"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True, index=True)
    post_id: Mapped[int]
