"""Who may react to posts."""

from __future__ import annotations

from app.features.accounts.viewer import Viewer
from app.features.posts import policy as post_policy
from app.features.topics.models import Topic
from app.kernel.verdict import ALLOW, Verdict, deny
from app.kernel.words import lazy_gettext as _


def may_react(viewer: Viewer, post: post_policy.AnyPost, topic: Topic) -> Verdict:
    """Whether the viewer may react to the post, change that reaction or take it back."""
    if viewer.is_guest:
        return deny(_("Sign in to react to posts."))
    readable = post_policy.may_read(viewer, post, topic)
    if not readable:
        return readable
    if not post.is_published or not topic.is_published:
        return deny(_("A hidden post takes no reactions."))
    if post.author_id == viewer.id:
        return deny(_("You cannot react to your own posts."))
    return ALLOW
