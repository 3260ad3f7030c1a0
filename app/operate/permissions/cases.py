"""Every question of every policy, asked in every situation that changes the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from typing import Any

from app.features.accounts import policy as accounts
from app.features.boards import policy as boards
from app.features.follows import policy as follows
from app.features.moderation import policy as moderation
from app.features.notifications import policy as notifications
from app.features.posts import policy as posts
from app.features.ratings import policy as ratings
from app.features.reactions import policy as reactions
from app.features.site.queries import SiteSettings
from app.features.topics import policy as topics
from app.kernel.verdict import Verdict
from app.operate.permissions import people as p

Policy = Callable[..., Verdict]


@dataclass(frozen=True)
class Case:
    """`asked` follows the viewer in the call."""

    policy: Policy
    when: str
    asked: Sequence[Any] = field_of(default_factory=tuple)


def _case(policy: Policy, when: str, *asked: Any) -> Case:
    return Case(policy, when, asked)


POLICIES = (accounts, boards, topics, posts, reactions, ratings, follows, moderation, notifications)

CASES: tuple[Case, ...] = (
    _case(accounts.may_register, "registration is open", SiteSettings()),
    _case(accounts.may_register, "registration is closed", SiteSettings(registration_is_open=False)),
    _case(accounts.may_change_settings, "always"),
    _case(accounts.may_change_security, "the password was given minutes ago", p.AT),
    _case(accounts.may_change_security, "the password was given an hour ago", p.AT.replace(hour=13)),
    _case(accounts.may_administer, "always"),
    _case(boards.may_see_board, "an open board", p.OPEN),
    _case(boards.may_see_board, "a private board", p.PRIVATE),
    _case(boards.may_read_board, "an open board", p.OPEN),
    _case(boards.may_read_board, "a private board", p.PRIVATE),
    _case(boards.may_follow_board, "an open board", p.OPEN),
    _case(boards.may_follow_board, "a private board", p.PRIVATE),
    _case(topics.may_read, "a published topic", p.TOPIC),
    _case(topics.may_read, "a hidden topic", p.HIDDEN_TOPIC),
    _case(topics.may_read, "a deleted topic", p.DELETED_TOPIC),
    _case(topics.may_read, "a merged topic", p.MERGED_TOPIC),
    _case(topics.may_read, "a topic of a private board", p.PRIVATE_TOPIC),
    _case(topics.may_start_topic, "an open board", p.OPEN_BOARD),
    _case(topics.may_start_topic, "a board members only read", p.READ_ONLY_BOARD),
    _case(topics.may_start_topic, "a private board", p.PRIVATE_BOARD),
    _case(topics.may_start_topic, "a category", p.CATEGORY_BOARD),
    _case(topics.may_moderate, "an open board", p.TOPIC),
    _case(topics.may_moderate, "a private board", p.PRIVATE_TOPIC),
    _case(topics.may_moderate, "a board the board moderator does not keep", p.OTHER_TOPIC),
    _case(topics.may_mark_read, "always"),
    _case(posts.may_reply, "a published topic", p.TOPIC),
    _case(posts.may_reply, "a locked topic", p.LOCKED),
    _case(posts.may_reply, "a hidden topic", p.HIDDEN_TOPIC),
    _case(posts.may_reply, "a topic of a board members only read", p.READ_ONLY_TOPIC),
    _case(posts.may_reply, "a topic of a private board", p.PRIVATE_TOPIC),
    _case(posts.may_read, "a published post", p.POST, p.TOPIC),
    _case(posts.may_read, "a hidden post", p.HIDDEN_POST, p.TOPIC),
    _case(posts.may_read, "a deleted post", p.DELETED_POST, p.TOPIC),
    _case(posts.may_read, "a published post in a hidden topic", p.POST, p.HIDDEN_TOPIC),
    _case(posts.may_read, "a post in a private board", p.POST, p.PRIVATE_TOPIC),
    _case(posts.may_edit, "within the board's time", p.POST, p.TOPIC, p.TIMED_BOARD, p.AT),
    _case(posts.may_edit, "after the board's time", p.OLD_POST, p.TOPIC, p.TIMED_BOARD, p.AT),
    _case(posts.may_edit, "the board has no limit", p.OLD_POST, p.TOPIC, p.OPEN_BOARD, p.AT),
    _case(posts.may_edit, "in a locked topic", p.POST, p.LOCKED, p.OPEN_BOARD, p.AT),
    _case(posts.may_edit, "a hidden post", p.HIDDEN_POST, p.TOPIC, p.OPEN_BOARD, p.AT),
    _case(posts.may_delete, "a reply within the board's time", p.POST, p.TOPIC, p.TIMED_BOARD, p.AT),
    _case(posts.may_delete, "a reply after the board's time", p.OLD_POST, p.TOPIC, p.TIMED_BOARD, p.AT),
    _case(posts.may_delete, "the first post", p.FIRST_POST, p.TOPIC, p.OPEN_BOARD, p.AT),
    _case(posts.may_see_revisions, "a published topic", p.TOPIC),
    _case(reactions.may_react, "a published post", p.POST, p.TOPIC),
    _case(reactions.may_react, "a hidden post", p.HIDDEN_POST, p.TOPIC),
    _case(reactions.may_react, "a post in a private board", p.POST, p.PRIVATE_TOPIC),
    _case(ratings.may_rate, "a published topic", p.TOPIC, p.OPEN_BOARD),
    _case(ratings.may_rate, "a hidden topic", p.HIDDEN_TOPIC, p.OPEN_BOARD),
    _case(ratings.may_rate, "a board without ratings", p.TOPIC, p.UNRATED_BOARD),
    _case(ratings.may_rate, "a topic of a private board", p.PRIVATE_TOPIC, p.PRIVATE_BOARD),
    _case(follows.may_follow_topic, "a published topic", p.TOPIC),
    _case(follows.may_follow_topic, "a topic of a private board", p.PRIVATE_TOPIC),
    _case(follows.may_follow_topic, "a link to a moved topic", p.LINK),
    _case(follows.may_follow_board, "an open board", p.OPEN_BOARD),
    _case(follows.may_follow_board, "a category", p.CATEGORY_BOARD),
    _case(follows.may_follow_member, "the author", p.AUTHOR_ID),
    _case(follows.may_manage_follows, "always"),
    _case(moderation.may_enter, "always"),
    _case(moderation.may_read_entry, "an act in an open board", p.entry("hide_post", p.OPEN)),
    _case(moderation.may_read_entry, "an act in a private board", p.entry("hide_post", p.PRIVATE)),
    _case(moderation.may_read_entry, "an act of administration", p.entry("edit_settings", None)),
    _case(moderation.may_change_topic, "a topic", p.TOPIC),
    _case(moderation.may_change_topic, "a link to a moved topic", p.LINK),
    _case(moderation.may_change_topic, "a merged topic", p.MERGED_TOPIC),
    _case(moderation.may_delete_topic, "a topic", p.TOPIC),
    _case(moderation.may_delete_topic, "a link to a moved topic", p.LINK),
    _case(moderation.may_restore_topic, "deleted lately", p.DELETED_TOPIC, p.AT),
    _case(moderation.may_restore_topic, "deleted more than 30 days ago", p.LONG_DELETED_TOPIC, p.AT),
    _case(moderation.may_put_into_board, "an open board", p.OPEN_BOARD),
    _case(moderation.may_put_into_board, "a board members only read", p.READ_ONLY_BOARD),
    _case(moderation.may_put_into_board, "a private board", p.PRIVATE_BOARD),
    _case(moderation.may_put_into_board, "a category", p.CATEGORY_BOARD),
    _case(moderation.may_move_topic, "to another open board", p.TOPIC, p.ELSEWHERE_BOARD),
    _case(moderation.may_move_topic, "to a private board", p.TOPIC, p.PRIVATE_BOARD),
    _case(moderation.may_move_topic, "to the board it is in", p.TOPIC, p.OPEN_BOARD),
    _case(moderation.may_put_into_topic, "a published topic", p.OTHER_TOPIC),
    _case(moderation.may_put_into_topic, "a locked topic", p.LOCKED),
    _case(moderation.may_put_into_topic, "a hidden topic", p.HIDDEN_TOPIC),
    _case(moderation.may_merge_topics, "into a topic elsewhere", p.TOPIC, p.OTHER_TOPIC),
    _case(moderation.may_merge_topics, "into a topic of a private board", p.TOPIC, p.PRIVATE_TOPIC),
    _case(moderation.may_merge_topics, "into itself", p.TOPIC, p.TOPIC),
    _case(moderation.may_take_posts, "of a published topic", p.TOPIC),
    _case(moderation.may_take_posts, "of a hidden topic", p.HIDDEN_TOPIC),
    _case(moderation.may_hide_post, "a reply", p.POST, p.TOPIC),
    _case(moderation.may_hide_post, "the first post", p.FIRST_POST, p.TOPIC),
    _case(moderation.may_restore_post, "deleted lately", p.DELETED_POST, p.TOPIC, p.AT),
    _case(moderation.may_restore_post, "deleted more than 30 days ago", p.LONG_DELETED_POST, p.TOPIC, p.AT),
    _case(moderation.may_recommend, "a reply", p.POST, p.TOPIC),
    _case(moderation.may_recommend, "the first post", p.FIRST_POST, p.TOPIC),
    _case(moderation.may_recommend, "a hidden post", p.HIDDEN_POST, p.TOPIC),
    _case(moderation.may_withdraw_recommendation, "a published topic", p.TOPIC),
    _case(moderation.may_report, "a published post", p.POST, p.TOPIC),
    _case(moderation.may_report, "a hidden post", p.HIDDEN_POST, p.TOPIC),
    _case(moderation.may_report, "a post in a private board", p.POST, p.PRIVATE_TOPIC),
    _case(moderation.may_close_reports, "a published topic", p.TOPIC),
    _case(moderation.may_select, "always"),
    _case(notifications.may_read_notifications, "always"),
)
