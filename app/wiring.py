"""Who listens to what: event -> listeners, in order."""

from __future__ import annotations

from app.features.accounts.events import PreferencesChanged
from app.features.follows.listeners import follow_own_topic
from app.features.notifications.listeners import tell_followers
from app.features.posts.events import PostPublished
from app.features.presence.listeners import hide_present
from app.kernel.events import Wiring

LISTENERS: Wiring = {
    PreferencesChanged: (hide_present,),
    PostPublished: (follow_own_topic, tell_followers),
}
