"""What administrators do to all topics of a board at once."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.accounts.granting import begin_change
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import tree
from app.features.posts.actions import totals
from app.features.posts.models import Post
from app.features.topics.models import MERGED, Topic
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.errors import Invalid
from app.kernel.words import lazy_gettext as _


def move_all_topics(viewer: Viewer, from_id: int, to_id: int) -> int:
    """Move every topic of a board to another one, hidden, deleted and merged ones included. Gives their number.

    Links that would then point at a topic beside them go. Raises Invalid for a target that cannot hold topics.
    """
    begin_change(viewer)
    target = tree().by_id.get(to_id)
    if target is None or target.is_category or to_id == from_id:
        raise Invalid(_("Choose another board that can hold topics."), "to_id")

    link = sa.and_(Topic.board_id == to_id, Topic.link_to_id.is_not(None))
    touched = sa.select(Topic.id).where(sa.or_(Topic.board_id == from_id, link))
    session.execute(touched.order_by(Topic.id).with_for_update(key_share=True))
    move = sa.update(Topic).where(Topic.board_id == from_id).values(board_id=to_id, changed_at=now())
    moved = session.execute(move.execution_options(synchronize_session="fetch")).rowcount  # type: ignore[attr-defined]
    _close_links_beside_their_topic(to_id)

    totals.recount_boards([from_id, to_id])
    if tree().by_id[from_id].counts_posts != target.counts_posts:
        recount_authors(to_id)
    return int(moved)


def recount_authors(board_id: int) -> None:
    """Make right the post counts of everyone who wrote in a board, after whether it counts has changed."""
    authors = sa.select(Post.author_id).join(Topic, Topic.id == Post.topic_id).where(Topic.board_id == board_id)
    totals.recount_members(session.scalars(authors.distinct()))


def _close_links_beside_their_topic(board_id: int) -> None:
    """Links in a board where the topic itself now stands are no longer listed; their addresses lead on."""
    target = sa.orm.aliased(Topic)
    beside = sa.select(target.id).where(target.board_id == board_id)
    for link in session.scalars(sa.select(Topic).where(Topic.board_id == board_id, Topic.link_to_id.in_(beside))):
        link.state, link.merged_into_id, link.link_to_id = MERGED, link.link_to_id, None
        link.first_post_id = link.last_post_id = link.last_post_by_id = link.last_post_at = None
    session.flush()
