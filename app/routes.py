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
from app.features.follows import views as follows
from app.features.notifications import views as notifications
from app.features.posts import views as posts
from app.features.ratings import views as ratings
from app.features.reactions import views as reactions
from app.kernel import static
from app.pages import activity, board, health, home, thread

ROOT = Path(__file__).parents[1]

BLUEPRINTS = (
    health.bp,
    static.bp,
    home.bp,
    board.bp,
    thread.bp,
    activity.bp,
    posts.bp,
    ratings.bp,
    follows.bp,
    reactions.bp,
    notifications.bp,
    admin_overview.bp,
    admin_settings.bp,
    admin_boards.bp,
    admin_permissions.bp,
    admin_moderators.bp,
    admin_groups.bp,
    admin_members.bp,
)
