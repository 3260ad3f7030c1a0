"""What no row may be, beyond what the database itself refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.features.accounts.models import Grant, Right
from app.features.boards.models import Board
from app.features.notifications.models import Notification
from app.features.posts.actions.shelving import fill_shelves
from app.features.posts.models import Post
from app.features.topics.models import DELETED, HIDDEN, LISTED, MERGED, PUBLISHED, Shelf, Topic
from app.features.topics.queries.shelves import WIDTHS


@dataclass(frozen=True)
class Rule:
    """`broken` gives the ids of rows that break it; `mend` puts them right and says what it did."""

    name: str
    sentence: str
    broken: sa.Select[Any]
    mend: Callable[[Session], list[str]] | None = None


_target = aliased(Topic, name="target")
_parent = aliased(Board, name="parent")
_above = aliased(Grant, name="above")

_SEE, _READ = int(Right.SEE), int(Right.READ)
_WRITE = int(Right.START | Right.REPLY | Right.ATTACH)
_has_posts = sa.exists().where(Post.topic_id == Topic.id)

# Boards that can be reached from the top by going down.
_reached = sa.select(Board.id).where(Board.parent_id.is_(None)).cte("reached", recursive=True)
_reached = _reached.union_all(sa.select(Board.id).join(_reached, Board.parent_id == _reached.c.id))

_grant_above = (
    sa.select(Grant.board_id)
    .join(Board, Board.id == Grant.board_id)
    .outerjoin(_above, sa.and_(_above.board_id == Board.parent_id, _above.group_id == Grant.group_id))
    .where(
        Board.parent_id.is_not(None),
        Grant.rights.op("&")(_SEE) != 0,
        sa.func.coalesce(_above.rights, 0).op("&")(_SEE) == 0,
    )
)


def _counted_for_shelves(width: int) -> sa.Select[int, int, int | None, int]:
    number = Topic.last_post_id // sa.literal_column(str(width))
    return (
        sa.select(
            Topic.board_id, sa.literal(width).label("width"), number.label("number"), sa.func.count().label("topics")
        )
        .where(sa.text(LISTED))
        .group_by(Topic.board_id, number)
    )


_on_shelves = sa.select(sa.union_all(*(_counted_for_shelves(width) for width in WIDTHS)).subquery())
_stored_shelves = sa.select(Shelf.board_id, Shelf.width, Shelf.number, Shelf.topics)
_wrong_shelves = sa.union_all(
    sa.select(sa.except_(_on_shelves, _stored_shelves).subquery().c.board_id),
    sa.select(sa.except_(_stored_shelves, _on_shelves).subquery().c.board_id),
)


def _fill_shelves_again(session: Session) -> list[str]:
    wrong = sorted(set(session.scalars(_wrong_shelves)))
    for board_id in wrong:
        fill_shelves(board_id)
    return [f"board_shelves: {len(wrong)} boards"] if wrong else []


def _point_notifications_to_topics(session: Session) -> list[str]:
    topic_of = sa.select(Post.topic_id).where(Post.id == Notification.post_id).scalar_subquery()
    changed: Any = session.execute(
        sa.update(Notification).where(Notification.topic_id != topic_of).values(topic_id=topic_of),
        execution_options={"synchronize_session": False},
    )
    return [f"notifications.topic_id: {changed.rowcount} rows"] if changed.rowcount else []


RULES: tuple[Rule, ...] = (
    Rule(
        "topic",
        "has no published post but is neither a link nor merged",
        sa.select(Topic.id).where(Topic.post_count == 0, Topic.link_to_id.is_(None), Topic.state != MERGED),
    ),
    Rule(
        "topic",
        "is a link or merged but holds posts",
        sa.select(Topic.id).where(sa.or_(Topic.link_to_id.is_not(None), Topic.state == MERGED), _has_posts),
    ),
    Rule(
        "topic",
        "is merged into nothing, or merged into another without being marked so",
        sa.select(Topic.id).where((Topic.state == MERGED) != Topic.merged_into_id.is_not(None)),
    ),
    Rule("topic", "is merged into itself", sa.select(Topic.id).where(Topic.merged_into_id == Topic.id)),
    Rule(
        "topic",
        "is a link that leads to another link or to a merged topic",
        sa.select(Topic.id)
        .join(_target, _target.id == Topic.link_to_id)
        .where(sa.or_(_target.link_to_id.is_not(None), _target.state == MERGED)),
    ),
    Rule(
        "topic",
        "has an unknown state",
        sa.select(Topic.id).where(Topic.state.not_in((PUBLISHED, HIDDEN, DELETED, MERGED))),
    ),
    Rule("post", "has an unknown state", sa.select(Post.id).where(Post.state.not_in((PUBLISHED, HIDDEN, DELETED)))),
    Rule(
        "post",
        "is recommended but opens its topic",
        sa.select(Post.id).join(Topic, Topic.first_post_id == Post.id).where(Post.recommended_at.is_not(None)),
    ),
    Rule("board", "is below itself", sa.select(Board.id).where(Board.id.not_in(sa.select(_reached.c.id)))),
    Rule(
        "board",
        "is a category but holds topics",
        sa.select(Board.id).where(Board.is_category, sa.exists().where(Topic.board_id == Board.id)),
    ),
    Rule(
        "board",
        "its shelves do not hold the topics of its list",
        sa.select(Board.id).where(Board.id.in_(_wrong_shelves)),
        _fill_shelves_again,
    ),
    Rule("board", "is shown to a group that cannot see the board around it", _grant_above),
    Rule(
        "board",
        "may be read without being seen, or written in without being read",
        sa.select(Grant.board_id).where(
            sa.or_(
                sa.and_(Grant.rights.op("&")(_READ) != 0, Grant.rights.op("&")(_SEE) == 0),
                sa.and_(Grant.rights.op("&")(_WRITE) != 0, Grant.rights.op("&")(_READ) == 0),
            )
        ),
    ),
    Rule(
        "notification",
        "names another topic than its post's",
        sa.select(Notification.id)
        .join(Post, Post.id == Notification.post_id)
        .where(Notification.topic_id != Post.topic_id),
        _point_notifications_to_topics,
    ),
)
