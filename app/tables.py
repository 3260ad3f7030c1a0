"""Every model, so that the metadata is whole for Alembic and for `stoa check`."""

from app.features.accounts.models import Grant, Group, Membership, Moderator, SignIn, SignInFailure, User
from app.features.boards.models import Board
from app.features.follows.models import Follow
from app.features.moderation.models import LogEntry, Report, Selection
from app.features.notifications.models import Notification
from app.features.posts.models import Post, Revision
from app.features.presence.models import Presence
from app.features.ratings.models import Rating
from app.features.reactions.models import Reaction
from app.features.search.models import UNDESCRIBED, Entry, IndexedDay, IndexedTopic, Progress
from app.features.site.models import Setting, SiteVersion
from app.features.topics.models import BoardRead, Shelf, Topic, TopicRead
from app.kernel.cache.changes import Change
from app.kernel.db import Model
from app.kernel.jobs import Job

METADATA = Model.metadata


def is_described(_item: object, name: str | None, *_more: object) -> bool:
    """For Alembic's comparisons: whether a model says how a table or index has to be."""
    return name not in UNDESCRIBED


__all__ = [
    "METADATA",
    "Board",
    "BoardRead",
    "Change",
    "Entry",
    "Follow",
    "Grant",
    "Group",
    "IndexedDay",
    "IndexedTopic",
    "Job",
    "LogEntry",
    "Membership",
    "Moderator",
    "Notification",
    "Post",
    "Presence",
    "Progress",
    "Rating",
    "Reaction",
    "Report",
    "Revision",
    "Selection",
    "Setting",
    "Shelf",
    "SignIn",
    "SignInFailure",
    "SiteVersion",
    "Topic",
    "TopicRead",
    "User",
    "is_described",
]
