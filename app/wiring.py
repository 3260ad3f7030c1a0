"""Who listens to what: event -> listeners, in order."""

from __future__ import annotations

from app.features.accounts.events import PreferencesChanged
from app.features.follows.listeners import follow_own_topic
from app.features.moderation.events import PostsMoved, PostsPurged, TopicMerged
from app.features.moderation.listeners import record_edit, record_retitling
from app.features.notifications.listeners import (
    follow_merged_topic,
    follow_moved_posts,
    forget_purged_posts,
    tell_followers,
)
from app.features.posts.events import PostEdited, PostPublished
from app.features.presence.listeners import hide_present
from app.features.search.listeners import (
    index_edited_post,
    index_merged_topic,
    index_moved_posts,
    index_new_post,
    index_renamed_topic,
)
from app.features.topics.events import TopicRetitled
from app.kernel.events import Wiring

LISTENERS: Wiring = {
    PreferencesChanged: (hide_present,),
    PostEdited: (record_edit, index_edited_post),
    PostPublished: (follow_own_topic, tell_followers, index_new_post),
    PostsMoved: (follow_moved_posts, index_moved_posts),
    PostsPurged: (forget_purged_posts,),
    TopicMerged: (follow_merged_topic, index_merged_topic),
    TopicRetitled: (record_retitling, index_renamed_topic),
}
