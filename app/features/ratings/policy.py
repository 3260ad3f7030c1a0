"""Who may rate topics."""

from __future__ import annotations

from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts
from app.features.topics import policy as topic_policy
from app.features.topics.models import Topic
from app.kernel.verdict import ALLOW, Verdict, deny
from app.kernel.words import lazy_gettext as _


def may_rate(viewer: Viewer, topic: Topic, board: BoardFacts) -> Verdict:
    """Whether the viewer may rate the topic, change that rating or withdraw it; its author may, too."""
    if viewer.is_guest:
        return deny(_("Sign in to rate this topic."))
    readable = topic_policy.may_read(viewer, topic)
    if not readable:
        return readable
    if not topic.is_published or topic.link_to_id is not None:
        return deny(_("A hidden topic cannot be rated."))
    if not board.has_ratings:
        return deny(_("Topics in this board are not rated."))
    return ALLOW
