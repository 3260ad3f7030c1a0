"""Rating topics. Sum, count and score change under the topic's lock, together with the rating."""

from __future__ import annotations

from app.features.accounts.viewer import Viewer
from app.features.boards.queries import tree
from app.features.ratings import policy
from app.features.ratings.models import Rating
from app.features.topics.models import Topic
from app.kernel.db import lock, session
from app.kernel.errors import Invalid, NotFound
from app.kernel.verdict import require
from app.kernel.words import lazy_gettext as _

STARS = range(1, 6)


def rate(viewer: Viewer, topic: Topic, stars: int) -> None:
    """Give a topic one to five stars, or other ones than before. Raises Invalid for any other number."""
    if stars not in STARS:
        raise Invalid(_("Choose one to five stars."), "rating")
    locked = _lock_rateable(viewer, topic)

    own = _own_rating(viewer, locked)
    if own is None:
        session.add(Rating(topic_id=locked.id, user_id=viewer.member_id, stars=stars))
        _count(locked, stars, ratings=1)
    else:
        _count(locked, stars - own.stars, ratings=0)
        own.stars = stars
    session.flush()


def withdraw(viewer: Viewer, topic: Topic) -> None:
    """Take one's rating back, if there is one."""
    locked = _lock_rateable(viewer, topic)

    own = _own_rating(viewer, locked)
    if own is not None:
        session.delete(own)
        _count(locked, -own.stars, ratings=-1)
    session.flush()


def _lock_rateable(viewer: Viewer, topic: Topic) -> Topic:
    require(policy.may_rate(viewer, topic, tree().by_id[topic.board_id]))
    locked = lock(Topic, topic.id)
    if locked is None:
        raise NotFound
    require(policy.may_rate(viewer, locked, tree().by_id[locked.board_id]))
    return locked


def _own_rating(viewer: Viewer, topic: Topic) -> Rating | None:
    return session.get(Rating, (topic.id, viewer.member_id), populate_existing=True)


def _count(topic: Topic, stars: int, *, ratings: int) -> None:
    topic.rating_sum += stars
    topic.rating_count += ratings
    topic.rating_score = topic.rating_sum * 1000 // topic.rating_count if topic.rating_count else 0
