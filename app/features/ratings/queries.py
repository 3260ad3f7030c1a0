"""Reading ratings; the average stands on the topic."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.accounts.viewer import Viewer
from app.features.ratings.models import Rating
from app.kernel.db import session

_rating = Rating.__table__.c
_STARS = sa.select(_rating.stars).where(
    _rating.topic_id == sa.bindparam("topic_id"), _rating.user_id == sa.bindparam("user_id")
)


def stars_by(viewer: Viewer, topic_id: int) -> int | None:
    """How many stars the viewer gave the topic; None for none, or a guest."""
    if viewer.is_guest:
        return None
    return session.execute(_STARS, {"topic_id": topic_id, "user_id": viewer.id}).scalar()
