"""Every job by name, when the repeating ones run, and what is buffered."""

from __future__ import annotations

from datetime import timedelta

from app.features.accounts.jobs import forget_old_sign_ins
from app.features.accounts.seen import flush_seen
from app.features.moderation.purge import drop_old_selections, purge_deleted
from app.features.notifications.jobs import tell_followers
from app.features.posts.jobs import forget_old_reading
from app.features.presence.jobs import drop_old_presence
from app.features.presence.places import flush_presence
from app.features.search.jobs import (
    catch_up_search,
    fill_gaps_in_search,
    index_posts,
    index_topic,
    index_whole_topic,
)
from app.features.topics.counting import flush_views
from app.kernel.background import Flush
from app.kernel.cache.changes import forget_old_changes
from app.kernel.db import refresh_statistics
from app.kernel.jobs import Repeating, Work

WORK: dict[str, Work] = {
    "catch_up_search": catch_up_search,
    "drop_old_presence": drop_old_presence,
    "drop_old_selections": drop_old_selections,
    "forget_old_changes": forget_old_changes,
    "fill_gaps_in_search": fill_gaps_in_search,
    "forget_old_reading": forget_old_reading,
    "forget_old_sign_ins": forget_old_sign_ins,
    "index_posts": index_posts,
    "index_topic": index_topic,
    "index_whole_topic": index_whole_topic,
    "purge_deleted": purge_deleted,
    "refresh_statistics": refresh_statistics,
    "tell_followers": tell_followers,
}

REPEATING: list[Repeating] = [
    Repeating("catch_up_search", every=timedelta(minutes=1)),
    Repeating("drop_old_presence", every=timedelta(minutes=10)),
    Repeating("drop_old_selections", every=timedelta(days=1)),
    Repeating("forget_old_changes", every=timedelta(hours=1)),
    Repeating("fill_gaps_in_search", every=timedelta(days=1)),
    Repeating("forget_old_reading", every=timedelta(days=1)),
    Repeating("forget_old_sign_ins", every=timedelta(hours=1)),
    Repeating("purge_deleted", every=timedelta(days=1)),
    Repeating("refresh_statistics", every=timedelta(days=1)),
]

FLUSHES: tuple[Flush, ...] = (flush_seen, flush_presence, flush_views)
