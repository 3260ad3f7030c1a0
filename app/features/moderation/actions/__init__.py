"""What moderators do, one file per idea."""

from app.features.moderation.actions.merging import merge_topics
from app.features.moderation.actions.moving import move_topics
from app.features.moderation.actions.posts import (
    delete_posts,
    hide_posts,
    recommend_posts,
    restore_posts,
    withdraw_recommendations,
)
from app.features.moderation.actions.reports import close_reports, report_post
from app.features.moderation.actions.selection import clear_selection, keep_selection, tick, untick
from app.features.moderation.actions.splitting import split_into_new_topic, split_into_topic
from app.features.moderation.actions.topics import (
    delete_topics,
    feature_topics,
    hide_topics,
    lock_topics,
    pin_topics,
    restore_topics,
    unfeature_topics,
    unlock_topics,
    unpin_topics,
)

__all__ = [
    "clear_selection",
    "close_reports",
    "delete_posts",
    "delete_topics",
    "feature_topics",
    "hide_posts",
    "hide_topics",
    "keep_selection",
    "lock_topics",
    "merge_topics",
    "move_topics",
    "pin_topics",
    "recommend_posts",
    "report_post",
    "restore_posts",
    "restore_topics",
    "split_into_new_topic",
    "split_into_topic",
    "tick",
    "unfeature_topics",
    "unlock_topics",
    "unpin_topics",
    "untick",
    "withdraw_recommendations",
]
