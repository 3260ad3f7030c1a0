"""What people write, and what it said before it was edited."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.features.accounts.models import Named, User
from app.features.topics.models import PUBLISHED, Topic
from app.kernel.db import Count, CreatedAt, Id, Model, Moment, UtcDateTime


class Post(Model):
    """`position` is dense from 1 among the published posts of a topic, in the order (created_at, id); any other
    post keeps the position of the published one before it, 0 if there is none.
    """

    __tablename__ = "posts"
    __table_args__ = (
        sa.Index(None, "topic_id", "position"),
        sa.Index(None, "topic_id", "id"),
        sa.Index(
            "ix_posts_published_by_author",
            "author_id",
            "id",
            "topic_id",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        ),
        sa.Index(
            "ix_posts_recommended",
            "topic_id",
            sqlite_where=sa.text("recommended_at IS NOT NULL"),
            postgresql_where=sa.text("recommended_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_posts_brought_to_state",
            "state",
            "state_at",
            sqlite_where=sa.text("state_at IS NOT NULL"),
            postgresql_where=sa.text("state_at IS NOT NULL"),
        ),
        sa.UniqueConstraint("author_id", "submission_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    source: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    excerpt: Mapped[str] = mapped_column(sa.String(300))
    renderer_version: Mapped[int]
    created_at: Mapped[CreatedAt]
    position: Mapped[Count]

    state: Mapped[str] = mapped_column(sa.String(12), default=PUBLISHED, server_default=PUBLISHED)
    state_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state_reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    edit_reason: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    edit_count: Mapped[Count]
    recommended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recommended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recommend_note: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    # Hash of the form's key and the text: the same form sent twice makes one post.
    submission_key: Mapped[str | None] = mapped_column(sa.String(64))

    topic: Mapped[Topic] = relationship(lazy="raise")
    author: Mapped[User] = relationship(lazy="raise", foreign_keys=author_id)
    edited_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=edited_by_id)
    state_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=state_by_id)
    recommended_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=recommended_by_id)

    @property
    def is_published(self) -> bool:
        return self.state == PUBLISHED

    @property
    def is_recommended(self) -> bool:
        return self.recommended_at is not None


class Writer(NamedTuple):
    """What is shown of a member beside their posts."""

    id: int
    name: str
    slug: str
    group_id: int
    post_count: int
    reputation: int
    created_at: datetime


class ShownPost(NamedTuple):
    """A post as a thread shows it."""

    id: int
    author_id: int
    html: str
    excerpt: str
    created_at: datetime
    position: int
    state: str
    state_at: datetime | None
    state_reason: str
    edited_at: datetime | None
    edit_reason: str
    is_recommended: bool
    recommend_note: str
    author: Writer
    state_by: Named | None
    edited_by: Named | None
    recommended_by: Named | None

    @property
    def is_published(self) -> bool:
        return self.state == PUBLISHED


class Pick(NamedTuple):
    """A post that staff recommends, as it stands above the others."""

    id: int
    excerpt: str
    recommend_note: str
    author: Named
    recommended_by: Named | None


# In the words of the index that holds only these; a value bound to the statement would not be taken for it.
IS_PUBLISHED = Post.state == sa.literal_column(f"'{PUBLISHED}'")


class Revision(Model):
    """The text a post had before an edit."""

    __tablename__ = "revisions"

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    source: Mapped[str] = mapped_column(sa.Text)
    editor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    replaced_at: Mapped[Moment]
    reason: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
