"""Acts on chosen posts that leave them in their topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.moderation import policy
from app.features.moderation.actions.holding import first_positions, hold_posts, settle_topics
from app.features.moderation.log import record
from app.features.posts.actions import totals
from app.features.posts.models import Post
from app.features.topics.models import DELETED, HIDDEN, PUBLISHED, Topic
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.verdict import Verdict, require

May = Callable[[Viewer, Post, Topic], Verdict]


def hide_posts(viewer: Viewer, posts: Collection[Post], reason: str = "") -> Sequence[Post]:
    """Keep posts from everyone but moderators. Like every act here: all or, with Forbidden, none; gives those changed."""
    return _bring(viewer, posts, HIDDEN, act="hide_post", may=policy.may_hide_post, reason=reason)


def delete_posts(viewer: Viewer, posts: Collection[Post], reason: str = "") -> Sequence[Post]:
    """Hide posts, to be removed for good when the time to restore them is over."""
    return _bring(viewer, posts, DELETED, act="delete_post", may=policy.may_hide_post, reason=reason)


def restore_posts(viewer: Viewer, posts: Collection[Post], reason: str = "") -> Sequence[Post]:
    at = now()

    def may_restore(who: Viewer, post: Post, topic: Topic) -> Verdict:
        return policy.may_restore_post(who, post, topic, at)

    return _bring(viewer, posts, PUBLISHED, act="restore_post", may=may_restore, reason=reason)


def recommend_posts(viewer: Viewer, posts: Collection[Post], note: str = "") -> Sequence[Post]:
    """Show replies first on every page of their topics, with a public note; a new note replaces the old one."""
    chosen, held = hold_posts([post.id for post in posts])
    for post in chosen:
        require(policy.may_recommend(viewer, post, held[post.topic_id]))

    changed = [post for post in chosen if not post.is_recommended or post.recommend_note != note]
    for post in changed:
        post.recommended_at, post.recommended_by_id, post.recommend_note = now(), viewer.member_id, note
    session.flush()

    _write_down(viewer, "recommend_post", changed, held, note)
    return changed


def withdraw_recommendations(viewer: Viewer, posts: Collection[Post], reason: str = "") -> Sequence[Post]:
    chosen, held = hold_posts([post.id for post in posts])
    for post in chosen:
        require(policy.may_withdraw_recommendation(viewer, held[post.topic_id]))

    changed = [post for post in chosen if post.is_recommended]
    for post in changed:
        post.recommended_at, post.recommended_by_id, post.recommend_note = None, None, ""
    session.flush()

    _write_down(viewer, "unrecommend_post", changed, held, reason)
    return changed


def _bring(viewer: Viewer, posts: Collection[Post], state: str, *, act: str, may: May, reason: str) -> Sequence[Post]:
    chosen, held = hold_posts([post.id for post in posts])
    for post in chosen:
        require(may(viewer, post, held[post.topic_id]))

    before = totals.standings_of(held.values())
    changed = [post for post in chosen if post.state != state]
    members = Counter[int]()
    for post in changed:
        if before[post.topic_id].counts_for_authors:
            members[post.author_id] += (state == PUBLISHED) - post.is_published
        post.state, post.state_at, post.state_by_id, post.state_reason = state, now(), viewer.member_id, reason
    session.flush()
    settle_topics(first_positions(changed), held)
    totals.settle_boards(before, [held[topic_id] for topic_id in {post.topic_id for post in changed}])
    totals.add_to_members(User.post_count, members)

    _write_down(viewer, act, changed, held, reason)
    return changed


def _write_down(viewer: Viewer, act: str, posts: Sequence[Post], held: Mapping[int, Topic], reason: str) -> None:
    for post in posts:
        topic = held[post.topic_id]
        record(
            viewer,
            act,
            board_id=topic.board_id,
            topic_id=topic.id,
            post_id=post.id,
            subject_id=post.author_id,
            reason=reason,
            details={"title": topic.title},
        )
