"""What topics and posts add to the totals of boards and members, changed by how much an act makes of a difference, so that
it costs the same in a large board and for a busy member. `stoa check` counts everything anew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.boards.queries import tree
from app.features.posts.actions.shelving import fill_shelves, move_on_shelves
from app.features.posts.models import IS_PUBLISHED, Post
from app.features.topics.models import PUBLISHED, Topic
from app.kernel.db import lock, session

BATCH = 5000


@dataclass(frozen=True)
class Standing:
    """What a topic adds to its board: nothing while it is hidden, a link or merged."""

    board_id: int
    topics: int = 0
    pinned: int = 0
    posts: int = 0
    place: int | None = None  # its last post, while its board's list numbers it

    @property
    def counts_for_authors(self) -> bool:
        """Whether its posts add to their authors' totals."""
        return bool(self.topics) and counts(self.board_id)


def standing_of(topic: Topic) -> Standing:
    if topic.state != PUBLISHED or topic.link_to_id is not None:
        return Standing(topic.board_id)
    place = None if topic.is_pinned else topic.last_post_id
    return Standing(topic.board_id, topics=1, pinned=int(topic.is_pinned), posts=topic.post_count, place=place)


def standings_of(topics: Iterable[Topic]) -> dict[int, Standing]:
    """How held topics stand before an act, for `settle_boards` after it."""
    return {topic.id: standing_of(topic) for topic in topics}


def settle_boards(before: Mapping[int, Standing], topics: Iterable[Topic]) -> None:
    """Add to the boards what an act made of a difference to these held topics; one not in `before` is new."""
    session.flush()
    changes: defaultdict[int, list[tuple[Standing, Standing]]] = defaultdict(list)
    for topic in topics:
        now = standing_of(topic)
        was = before.get(topic.id, Standing(now.board_id))
        if was.board_id == now.board_id:
            changes[now.board_id].append((was, now))
        else:
            changes[was.board_id].append((was, Standing(was.board_id)))
            changes[now.board_id].append((Standing(now.board_id), now))
    for board_id in sorted(changes):
        board = lock(Board, board_id)
        if board is not None:
            _add_to_board(board, [change for change in changes[board_id] if change[0] != change[1]])
    session.flush()


def count_post_in(board: Board, was: Standing, topic: Topic) -> None:
    """Add a new post, the last of its topic, to a held board."""
    _add(board, [(was, standing_of(topic))])
    if topic.last_post_id is not None and topic.last_post_id > (board.last_post_id or 0):
        board.last_topic_id, board.last_post_id = topic.id, topic.last_post_id
        board.last_post_at, board.last_post_by_id = topic.last_post_at, topic.last_post_by_id
    session.flush()


def recount_boards(board_ids: Iterable[int]) -> None:
    """Count whole boards again, after acts on all of their topics."""
    session.flush()
    for board_id in sorted(set(board_ids)):
        board = lock(Board, board_id)
        if board is None:
            continue
        pinned = sa.func.count(Topic.pinned_at)
        board.topic_count, board.pinned_count, board.post_count = session.execute(
            sa.select(sa.func.count(), pinned, sa.func.coalesce(sa.func.sum(Topic.post_count), 0)).where(
                _shown_in(board_id)
            )
        ).one()
        _find_last(board)
        fill_shelves(board_id)
    session.flush()


def _add_to_board(board: Board, changes: Collection[tuple[Standing, Standing]]) -> None:
    _add(board, changes)
    if changes:
        _find_last(board)


def _add(board: Board, changes: Collection[tuple[Standing, Standing]]) -> None:
    for was, now in changes:
        board.topic_count += now.topics - was.topics
        board.pinned_count += now.pinned - was.pinned
        board.post_count += now.posts - was.posts
    move_on_shelves(board.id, [(was.place, now.place) for was, now in changes])


def _find_last(board: Board) -> None:
    # Columns, not the topic: the session may hold an older state of it.
    last = session.execute(
        sa.select(Topic.id, Topic.last_post_id, Topic.last_post_at, Topic.last_post_by_id)
        .where(_shown_in(board.id))
        .order_by(Topic.last_post_id.desc())
        .limit(1)
    ).one_or_none()
    board.last_topic_id = last.id if last else None
    board.last_post_id = last.last_post_id if last else None
    board.last_post_at = last.last_post_at if last else None
    board.last_post_by_id = last.last_post_by_id if last else None


def _shown_in(board_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Topic.board_id == board_id, Topic.state == PUBLISHED, Topic.link_to_id.is_(None))


def counts(board_id: int) -> bool:
    """Whether posts in this board add to their authors' totals."""
    board = tree().by_id.get(board_id)
    return board is not None and board.counts_posts


def posts_by_author(which: sa.ColumnElement[bool]) -> Counter[int]:
    """How many of the published posts among these each member wrote."""
    rows = session.execute(
        sa.select(Post.author_id, sa.func.count()).where(which, Post.state == PUBLISHED).group_by(Post.author_id)
    )
    return Counter({row.author_id: row[1] for row in rows})


def settle_authors(before: Mapping[int, Standing], topics: Iterable[Topic]) -> None:
    """Add to the authors' totals what an act on whole topics made of a difference."""
    changes: Counter[int] = Counter()
    for topic in topics:
        was, now = before[topic.id].counts_for_authors, standing_of(topic).counts_for_authors
        if was is not now:
            wrote = posts_by_author(Post.topic_id == topic.id)
            changes.update(wrote) if now else changes.subtract(wrote)
    add_to_members(User.post_count, changes)


def add_to_members(column: InstrumentedAttribute[int], changes: Mapping[int, int]) -> None:
    """Add to a total of each of these members, in the order of their ids."""
    session.flush()
    by_change: defaultdict[int, list[int]] = defaultdict(list)
    wanted = sorted(user_id for user_id, change in changes.items() if change)
    _hold_members(wanted)
    for user_id in wanted:
        by_change[changes[user_id]].append(user_id)
    for change, user_ids in sorted(by_change.items()):
        for start in range(0, len(user_ids), BATCH):
            some_ids = user_ids[start : start + BATCH]
            session.execute(
                sa.update(User)
                .where(User.id.in_(some_ids))
                .values({column: column + change})
                .execution_options(synchronize_session=False, changes=[f"user:{user_id}" for user_id in some_ids])
            )


def recount_members(user_ids: Iterable[int]) -> None:
    """Count the posts of these members again: published ones, in published topics of boards that count."""
    session.flush()
    wanted = sorted(set(user_ids))
    _hold_members(wanted)
    for start in range(0, len(wanted), BATCH):
        session.execute(
            sa.update(User)
            .where(User.id.in_(wanted[start : start + BATCH]))
            .values(post_count=counted_posts().where(Post.author_id == User.id).scalar_subquery())
            .execution_options(synchronize_session=False)
        )


def _hold_members(ascending: Sequence[int]) -> None:
    for start in range(0, len(ascending), BATCH):
        some = sa.select(User.id).where(User.id.in_(ascending[start : start + BATCH])).order_by(User.id)
        session.scalars(some.with_for_update(key_share=True)).all()


def counted_posts() -> sa.Select[int]:
    """How many posts add to their authors' totals."""
    return (
        sa.select(sa.func.count(Post.id))
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .where(IS_PUBLISHED, Topic.state == PUBLISHED, Board.counts_posts)
    )
