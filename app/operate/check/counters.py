"""Every column that repeats what other rows say, with the statement that says it.

The order is that of mending: what a counter is counted from stands before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.elements import ColumnElement

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.follows.models import Follow
from app.features.notifications.models import Notification
from app.features.posts.actions.totals import counted_posts
from app.features.posts.models import Post
from app.features.ratings.models import Rating
from app.features.reactions.models import Reaction
from app.features.site.models import SiteVersion
from app.features.topics.models import PUBLISHED, Topic


@dataclass(frozen=True)
class Counter:
    """A column and what it should hold; `where` leaves out rows for which nothing is promised."""

    column: InstrumentedAttribute[Any]
    truth: ColumnElement[Any]
    where: ColumnElement[bool] | None = None

    @property
    def name(self) -> str:
        return str(self.column.property.columns[0])

    def wrong_rows(self) -> sa.Select[tuple[int, Any, Any]]:
        """Id, value and right value of the rows that differ."""
        model = self.column.class_
        return sa.select(model.id, self.column, self.truth.label("truth")).where(*self._differs()).order_by(model.id)

    def correction(self) -> sa.Update:
        return sa.update(self.column.class_).where(*self._differs()).values({self.column: self.truth})

    def _differs(self) -> list[ColumnElement[bool]]:
        different = self.column.is_distinct_from(self.truth)
        return [different] if self.where is None else [self.where, different]


def _count(*where: ColumnElement[bool]) -> ColumnElement[int]:
    return sa.select(sa.func.count()).where(*where).scalar_subquery()


_mine = sa.and_(Post.topic_id == Topic.id, Post.state == PUBLISHED)
_first = sa.select(Post).where(_mine).order_by(Post.position).limit(1)
_last = sa.select(Post).where(_mine).order_by(Post.position.desc()).limit(1)
# Links and merged topics have no posts and keep what they last knew.
_has_posts = sa.exists().where(_mine)

_stars = sa.func.coalesce(sa.select(sa.func.sum(Rating.stars)).where(Rating.topic_id == Topic.id).scalar_subquery(), 0)
_score = sa.func.coalesce(Topic.rating_sum * 1000 // sa.func.nullif(Topic.rating_count, 0, type_=sa.Integer), 0)

_shown = aliased(Topic, name="shown")
_in_board = sa.and_(_shown.board_id == Board.id, _shown.state == PUBLISHED, _shown.link_to_id.is_(None))
_latest = sa.select(_shown).where(_in_board).order_by(_shown.last_post_id.desc()).limit(1)


def _of(rows: sa.Select[Any], column: Any) -> ColumnElement[Any]:
    return rows.with_only_columns(column).scalar_subquery()


COUNTERS: tuple[Counter, ...] = (
    Counter(SiteVersion.member_count, _count(User.id.is_not(None))),
    Counter(Topic.post_count, _count(_mine)),
    Counter(Topic.first_post_id, _of(_first, Post.id), _has_posts),
    Counter(Topic.author_id, _of(_first, Post.author_id), _has_posts),
    Counter(Topic.created_at, _of(_first, Post.created_at), _has_posts),
    Counter(Topic.last_post_id, _of(_last, Post.id), _has_posts),
    Counter(Topic.last_post_at, _of(_last, Post.created_at), _has_posts),
    Counter(Topic.last_post_by_id, _of(_last, Post.author_id), _has_posts),
    Counter(Topic.rating_sum, _stars),
    Counter(Topic.rating_count, _count(Rating.topic_id == Topic.id)),
    Counter(Topic.rating_score, _score),
    Counter(Topic.follower_count, _count(Follow.topic_id == Topic.id)),
    Counter(Board.topic_count, _count(_in_board)),
    Counter(Board.pinned_count, _count(_in_board, _shown.pinned_at.is_not(None))),
    Counter(
        Board.post_count, sa.func.coalesce(_of(sa.select(_shown).where(_in_board), sa.func.sum(_shown.post_count)), 0)
    ),
    Counter(Board.last_topic_id, _of(_latest, _shown.id)),
    Counter(Board.last_post_id, _of(_latest, _shown.last_post_id)),
    Counter(Board.last_post_at, _of(_latest, _shown.last_post_at)),
    Counter(Board.last_post_by_id, _of(_latest, _shown.last_post_by_id)),
    Counter(Board.follower_count, _count(Follow.board_id == Board.id)),
    Counter(User.post_count, counted_posts().where(Post.author_id == User.id).scalar_subquery()),
    Counter(User.reputation, _count(Reaction.post_id == Post.id, Post.author_id == User.id)),
    Counter(User.follower_count, _count(Follow.member_id == User.id)),
    Counter(User.unread_notification_count, _count(Notification.user_id == User.id, Notification.read_at.is_(None))),
)
