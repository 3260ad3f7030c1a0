"""Who may keep order, and what not even moderators may do. Questions that need a moment take it as an argument."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from app.features.accounts.models import Right
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts
from app.features.moderation.log import BOARD_ACTS
from app.features.moderation.models import LogEntry
from app.features.posts import policy as post_policy
from app.features.posts.models import Post
from app.features.topics import policy as topic_policy
from app.features.topics.models import DELETED, HIDDEN, MERGED, PUBLISHED, Topic
from app.kernel.verdict import ALLOW, Verdict, deny
from app.kernel.words import lazy_gettext as _

# How long what was deleted is kept, and may be restored.
KEPT = timedelta(days=30)


def may_enter(viewer: Viewer) -> Verdict:
    """Whether the moderators' own pages are for the viewer."""
    if viewer.is_guest:
        return deny(_("Sign in to see the moderators' pages."))
    return ALLOW if viewer.is_staff else deny(_("Only moderators may see this."))


def may_read_entry(viewer: Viewer, entry: LogEntry) -> Verdict:
    """What was done in a board is for its moderators; what concerns the whole site for administrators."""
    if viewer.is_admin:
        return ALLOW
    if entry.act in BOARD_ACTS and entry.board_id is not None and viewer.moderates(entry.board_id):
        return ALLOW
    return deny(_("There is no such entry."))


def entries_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `may_read_entry`."""
    if viewer.is_admin:
        return sa.true()
    return sa.and_(LogEntry.act.in_(BOARD_ACTS), LogEntry.board_id.in_(viewer.moderated_ids()))


def may_change_topic(viewer: Viewer, topic: Topic) -> Verdict:
    """Whether the viewer may pin, feature, lock or hide the topic."""
    moderated = topic_policy.may_moderate(viewer, topic)
    if not moderated:
        return moderated
    if topic.state == MERGED:
        return deny(_("This topic was merged into another one."))
    if topic.link_to_id is not None:
        return deny(
            _("This is only a link to a topic that was moved. It can be deleted; all else is done to the topic.")
        )
    return ALLOW


def may_delete_topic(viewer: Viewer, topic: Topic) -> Verdict:
    """Topics and links to moved ones."""
    if topic.link_to_id is not None:
        return topic_policy.may_moderate(viewer, topic)
    return may_change_topic(viewer, topic)


def may_restore_topic(viewer: Viewer, topic: Topic, at: datetime) -> Verdict:
    allowed = may_delete_topic(viewer, topic)
    if not allowed:
        return allowed
    return _in_time(topic, at)


def may_put_into_board(viewer: Viewer, board: BoardFacts) -> Verdict:
    """Whether moderators of other boards may move topics and posts here."""
    if not viewer.may(Right.READ, board.id):
        return deny(_("There is no such board."))
    if board.is_category:
        return deny(_("A category only groups boards. Choose one of them."))
    if viewer.moderates(board.id) or viewer.may(Right.START, board.id):
        return ALLOW
    return deny(_("You may not start topics in that board, so you may not move anything there."))


def may_move_topic(viewer: Viewer, topic: Topic, board: BoardFacts) -> Verdict:
    allowed = may_change_topic(viewer, topic)
    if not allowed:
        return allowed
    if topic.board_id == board.id:
        return deny(_("“%(title)s” is in that board already.", title=topic.title))
    return may_put_into_board(viewer, board)


def may_put_into_topic(viewer: Viewer, target: Topic) -> Verdict:
    """Whether moderators may move posts here: where they keep order, or could have written them themselves."""
    readable = topic_policy.may_read(viewer, target)
    if not readable:
        return readable
    if target.link_to_id is not None or target.state != PUBLISHED:
        return deny(_("Posts can only be moved to a topic that is published."))
    if viewer.moderates(target.board_id):
        return ALLOW
    if target.is_locked or not viewer.may(Right.START, target.board_id):
        return deny(_("You may not move posts to that topic."))
    return ALLOW


def may_merge_topics(viewer: Viewer, topic: Topic, target: Topic) -> Verdict:
    """Whether every post of `topic` may move to `target`."""
    allowed = may_take_posts(viewer, topic)
    if not allowed:
        return allowed
    if topic.id == target.id:
        return deny(_("A topic cannot be merged with itself."))
    return may_put_into_topic(viewer, target)


def may_take_posts(viewer: Viewer, topic: Topic) -> Verdict:
    """Whether posts of the topic may go to another one; what is hidden does not appear elsewhere by the way."""
    allowed = may_change_topic(viewer, topic)
    if not allowed:
        return allowed
    if topic.state != PUBLISHED:
        return deny(_("“%(title)s” is hidden. Restore it first.", title=topic.title))
    return ALLOW


def may_hide_post(viewer: Viewer, post: Post, topic: Topic) -> Verdict:
    """Hiding and deleting are the same question: a topic cannot be without its opening."""
    moderated = topic_policy.may_moderate(viewer, topic)
    if not moderated:
        return moderated
    if post.id == topic.first_post_id:
        return deny(_("The first post cannot be hidden or deleted alone. Hide or delete the topic instead."))
    return ALLOW


def may_restore_post(viewer: Viewer, post: Post, topic: Topic, at: datetime) -> Verdict:
    moderated = topic_policy.may_moderate(viewer, topic)
    if not moderated:
        return moderated
    return _in_time(post, at)


def may_recommend(viewer: Viewer, post: Post, topic: Topic) -> Verdict:
    moderated = topic_policy.may_moderate(viewer, topic)
    if not moderated:
        return moderated
    if post.id == topic.first_post_id:
        return deny(_("Replies can be recommended; the first post stands at the top already."))
    if not post.is_published:
        return deny(_("A hidden post cannot be recommended."))
    return ALLOW


def may_withdraw_recommendation(viewer: Viewer, topic: Topic) -> Verdict:
    return topic_policy.may_moderate(viewer, topic)


def may_report(viewer: Viewer, post: Post, topic: Topic) -> Verdict:
    if viewer.is_guest:
        return deny(_("Sign in to report a post."))
    readable = post_policy.may_read(viewer, post, topic)
    if not readable:
        return readable
    if post.author_id == viewer.id:
        return deny(_("This is your own post."))
    if not post.is_published or topic.state != PUBLISHED:
        return deny(_("Moderators have hidden this already."))
    return ALLOW


def may_close_reports(viewer: Viewer, topic: Topic) -> Verdict:
    return topic_policy.may_moderate(viewer, topic)


def may_select(viewer: Viewer) -> Verdict:
    """Whether ticks are kept for the viewer from page to page."""
    return may_enter(viewer)


def _in_time(item: Post | Topic, at: datetime) -> Verdict:
    if item.state not in {HIDDEN, DELETED}:
        return ALLOW
    if item.state == DELETED and item.state_at is not None and at - item.state_at > KEPT:
        return deny(_("This was deleted more than 30 days ago and is being removed for good."))
    return ALLOW
