"""Reading ratings; the average stands on the topic."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.accounts.viewer import Viewer
from app.features.ratings.models import Rating
from app.kernel.db import session


def stars_by(viewer: Viewer, topic_id: int) -> int | None:
    """How many stars the viewer gave the topic; None for none, or a guest."""
    if viewer.is_guest:
        return None
    return session.scalar(sa.select(Rating.stars).where(Rating.topic_id == topic_id, Rating.user_id == viewer.id))
