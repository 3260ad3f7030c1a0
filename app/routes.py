"""Every blueprint."""

from __future__ import annotations

from pathlib import Path

from app.admin import boards as admin_boards
from app.admin import groups as admin_groups
from app.admin import members as admin_members
from app.admin import moderators as admin_moderators
from app.admin import overview as admin_overview
from app.admin import permissions as admin_permissions
from app.admin import settings as admin_settings
from app.features.accounts.views import join, preferences, settings, sign_in
from app.features.follows import views as follows
from app.features.moderation.views import overview as moderation
from app.features.moderation.views import posts as moderation_posts
from app.features.moderation.views import reports as moderation_reports
from app.features.moderation.views import selection as moderation_selection
from app.features.moderation.views import topics as moderation_topics
from app.features.notifications import views as notifications
from app.features.posts import views as posts
from app.features.ratings import views as ratings
from app.features.reactions import views as reactions
from app.kernel import static
from app.pages import about, activity, announcement, board, crawlers, health, home, profile, search, thread

ROOT = Path(__file__).parents[1]

BLUEPRINTS = (
    health.bp,
    static.bp,
    home.bp,
    board.bp,
    thread.bp,
    activity.bp,
    profile.bp,
    search.bp,
    about.bp,
    crawlers.bp,
    announcement.bp,
    join.bp,
    sign_in.bp,
    settings.bp,
    preferences.bp,
    posts.bp,
    ratings.bp,
    follows.bp,
    reactions.bp,
    notifications.bp,
    moderation.bp,
    moderation_posts.bp,
    moderation_reports.bp,
    moderation_selection.bp,
    moderation_topics.bp,
    admin_overview.bp,
    admin_settings.bp,
    admin_boards.bp,
    admin_permissions.bp,
    admin_moderators.bp,
    admin_groups.bp,
    admin_members.bp,
)
