"""Who may follow what: whatever one may read, but not oneself."""

from __future__ import annotations

from app.features.accounts.viewer import Viewer
from app.features.boards import policy as board_policy
from app.features.boards.queries import BoardFacts
from app.features.topics import policy as topic_policy
from app.features.topics.models import Topic
from app.kernel.verdict import ALLOW, Verdict, deny
from app.kernel.words import lazy_gettext as _


def may_follow_topic(viewer: Viewer, topic: Topic) -> Verdict:
    if viewer.is_guest:
        return deny(_("Sign in to follow this."))
    if topic.link_to_id is not None:
        return deny(_("This only leads to a topic that was moved. Follow the topic itself."))
    return topic_policy.may_read(viewer, topic)


def may_follow_board(viewer: Viewer, board: BoardFacts) -> Verdict:
    if board.is_category:
        return deny(_("A category only groups boards. Follow one of them."))
    return board_policy.may_follow_board(viewer, board.id)


def may_follow_member(viewer: Viewer, member_id: int) -> Verdict:
    if viewer.is_guest:
        return deny(_("Sign in to follow this."))
    if viewer.id == member_id:
        return deny(_("You cannot follow yourself."))
    return ALLOW


def may_manage_follows(viewer: Viewer) -> Verdict:
    """Whether the viewer has a list of follows to look at and change."""
    return deny(_("Sign in to see what you follow.")) if viewer.is_guest else ALLOW
