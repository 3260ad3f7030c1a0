"""Who may see, start, rename and keep order in topics."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from app.features.accounts.models import Right
from app.features.accounts.viewer import Viewer
from app.features.boards import policy as board_policy
from app.features.boards.queries import BoardFacts
from app.features.topics.models import DELETED, HIDDEN, PUBLISHED, Topic
from app.kernel.verdict import ALLOW, Verdict, deny
from app.kernel.words import lazy_gettext as _


def may_read(viewer: Viewer, topic: Topic) -> Verdict:
    """Published topics for whoever reads the board; hidden and deleted ones for its moderators."""
    readable = board_policy.may_read_board(viewer, topic.board_id)
    if not readable:
        return readable
    if topic.state == PUBLISHED or (topic.state in {HIDDEN, DELETED} and viewer.moderates(topic.board_id)):
        return ALLOW
    return deny(_("There is no such topic."))


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `may_read`."""
    readable = Topic.board_id.in_(viewer.board_ids(Right.READ))
    moderated = viewer.moderated_ids()
    if not moderated:
        return sa.and_(readable, Topic.state == PUBLISHED)
    in_order = sa.and_(Topic.state.in_((HIDDEN, DELETED)), Topic.board_id.in_(moderated))
    return sa.and_(readable, sa.or_(Topic.state == PUBLISHED, in_order))


# The same with the viewer's boards as parameters, for statements that are made once; `visibility` has their values.
VISIBLE = sa.or_(
    sa.and_(Topic.state == PUBLISHED, Topic.board_id.in_(sa.bindparam("readable_ids", expanding=True))),
    sa.and_(
        sa.or_(Topic.state == HIDDEN, Topic.state == DELETED),
        Topic.board_id.in_(sa.bindparam("moderated_ids", expanding=True)),
    ),
)


def visibility(viewer: Viewer) -> dict[str, list[int]]:
    return {"readable_ids": viewer.board_ids(Right.READ), "moderated_ids": viewer.moderated_ids()}


def may_start_topic(viewer: Viewer, board: BoardFacts) -> Verdict:
    if viewer.is_guest:
        return deny(_("Sign in to start a topic."))
    if board.is_category:
        return deny(_("A category only groups boards. Choose one of them."))
    if not viewer.may(Right.START, board.id):
        return deny(_("Your groups may not start topics in this board."))
    return ALLOW


def may_moderate(viewer: Viewer, topic: Topic) -> Verdict:
    if viewer.moderates(topic.board_id):
        return ALLOW
    return deny(_("Only moderators of this board may do this."))


def may_mark_read(viewer: Viewer) -> Verdict:
    return deny(_("Sign in to keep track of what you have read.")) if viewer.is_guest else ALLOW
