"""The index of what was said. Everything here is made from posts and topics and can be made again.

On SQLite an FTS5 table `search_words` indexes `tokens` and is kept by triggers; on PostgreSQL `tokens` is a tsvector
under a GIN index. Neither knows who may read: that is asked of posts and topics at each search.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Model

# Made by the migration and by FTS5 itself; no model describes them.
UNDESCRIBED = frozenset(
    {"ix_search_entries_tokens"} | {f"search_words{part}" for part in ("", "_config", "_data", "_docsize", "_idx")}
)


class Entry(Model):
    """What the index holds of one post; goes with the post."""

    __tablename__ = "search_entries"
    __table_args__ = ()

    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    tokens: Mapped[str] = mapped_column(sa.Text().with_variant(postgresql.TSVECTOR, "postgresql"))


class IndexedTopic(Model):
    """What a topic was when its posts were indexed: where it differs from now, they must be again."""

    __tablename__ = "search_topics"
    __table_args__ = ()

    topic_id: Mapped[int] = mapped_column(
        ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    board_id: Mapped[int]
    first_post_id: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(250))


class IndexedDay(Model):
    """Between which ids the posts of a day (UTC) lie, so that a search between dates looks at few others."""

    __tablename__ = "search_days"
    __table_args__ = ()

    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    first_post_id: Mapped[int]
    last_post_id: Mapped[int]


class Progress(Model):
    """One row: every post up to `indexed_up_to` is in the index; those up to `made_again_up_to` are made again on the
    way even if they are there. `made_with` names the analysis and the language.
    """

    __tablename__ = "search_progress"
    __table_args__ = ()

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_with: Mapped[str] = mapped_column(sa.String(20))
    indexed_up_to: Mapped[int]
    made_again_up_to: Mapped[int]
