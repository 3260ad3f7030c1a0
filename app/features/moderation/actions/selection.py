"""What a moderator has ticked, kept while turning pages."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from app.features.accounts.viewer import Viewer
from app.features.moderation import policy
from app.features.moderation.models import Selection
from app.features.moderation.queries.chosen import Kind, selected_ids
from app.kernel.clock import now
from app.kernel.db import insert_missing, session
from app.kernel.errors import Invalid
from app.kernel.verdict import require
from app.kernel.words import lazy_gettext as _

MOST = 500


def keep_selection(viewer: Viewer, kind: Kind, *, shown: Collection[int], ticked: Collection[int]) -> None:
    """Remember the ticks of a page that showed these items; ticks of other pages stay. Raises Invalid when too many."""
    require(policy.may_select(viewer))
    untick(viewer, kind, set(shown) - set(ticked))
    tick(viewer, kind, ticked)


def tick(viewer: Viewer, kind: Kind, item_ids: Collection[int]) -> None:
    """Items that do not exist, or may not be touched, do no harm: they are left out when something is done."""
    require(policy.may_select(viewer))
    kept = selected_ids(viewer, kind)
    if len(kept | set(item_ids)) > MOST:
        raise Invalid(_("At most %(number)s can be chosen at once.", number=MOST), kind)
    rows = [
        {"user_id": viewer.member_id, "kind": kind, "item_id": item_id, "created_at": now()}
        for item_id in sorted(set(item_ids) - kept)
    ]
    if rows:
        session.execute(insert_missing(Selection, rows))


def untick(viewer: Viewer, kind: Kind, item_ids: Collection[int]) -> None:
    require(policy.may_select(viewer))
    session.execute(_mine(viewer, kind).where(Selection.item_id.in_(item_ids)))


def clear_selection(viewer: Viewer, kind: Kind) -> None:
    require(policy.may_select(viewer))
    session.execute(_mine(viewer, kind))


def _mine(viewer: Viewer, kind: Kind) -> sa.Delete:
    return (
        sa.delete(Selection)
        .where(Selection.user_id == viewer.member_id, Selection.kind == kind)
        .execution_options(synchronize_session=False)
    )
