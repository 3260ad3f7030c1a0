"""Moving topics to another board."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts
from app.features.moderation import policy
from app.features.moderation.actions.holding import dissolve_links, hold_boards, hold_topics
from app.features.moderation.log import record
from app.features.posts.actions import totals
from app.features.topics.models import PUBLISHED, Topic
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.verdict import require


def move_topics(
    viewer: Viewer, topics: Collection[Topic], board: BoardFacts, *, leave_link: bool, reason: str = ""
) -> Sequence[Topic]:
    """Give topics another board, all or, with Forbidden, none. A link left in the old board sorts as the topic did."""
    held = hold_topics(topic.id for topic in topics)
    chosen = [held[topic.id] for topic in topics]
    for topic in chosen:
        require(policy.may_move_topic(viewer, topic, board))
    before = totals.standings_of(held.values())
    left = {topic.id: topic.board_id for topic in chosen}
    hold_boards({board.id, *left.values()})

    for topic in chosen:
        if leave_link and topic.is_published:
            session.add(_link(topic))
        topic.board_id = board.id
        if not viewer.moderates(board.id):
            topic.pinned_at = topic.featured_at = None
        dissolve_links(topic, board.id, held)

    totals.settle_boards(before, held.values())
    totals.settle_authors(before, chosen)

    for topic in chosen:
        record(
            viewer,
            "move_topic",
            board_id=left[topic.id],
            topic_id=topic.id,
            subject_id=topic.author_id,
            reason=reason,
            details={"title": topic.title, "to_board": board.id},
        )
    return chosen


def _link(topic: Topic) -> Topic:
    return Topic(
        board_id=topic.board_id,
        author_id=topic.author_id,
        title=topic.title,
        slug=topic.slug,
        created_at=topic.created_at,
        state=PUBLISHED,
        state_at=now(),
        link_to_id=topic.id,
        last_post_id=topic.last_post_id,
        last_post_at=topic.last_post_at,
        last_post_by_id=topic.last_post_by_id,
    )
