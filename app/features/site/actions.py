"""Changing what the whole site shares."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from app.features.site import queries
from app.features.site.models import Setting, SiteVersion
from app.features.site.queries import SiteSettings
from app.kernel import markup
from app.kernel.cache.changes import changed
from app.kernel.cache.copies import EVERYTHING
from app.kernel.db import session

RENDERED = ("announcement", "rules", "privacy")


def raise_version() -> None:
    """Make every process load settings, boards, groups and grants anew once this transaction is committed."""
    session.execute(sa.update(SiteVersion).values(version=SiteVersion.version + 1))
    changed(EVERYTHING)
    queries.use_version(queries.CHANGING)


def let_count_as_read(post_id: int) -> None:
    """Let every post up to this id count as read by everyone; never goes back."""
    older = SiteVersion.read_up_to_post_id < post_id
    raised = sa.update(SiteVersion).where(older).values(read_up_to_post_id=post_id, version=SiteVersion.version + 1)
    if session.execute(raised).rowcount:  # type: ignore[attr-defined]
        queries.use_version(queries.CHANGING)


def store_settings(**changes: Any) -> SiteSettings:
    """Keep settings by name; the HTML of those written in Markdown is made here. Raises TypeError for an unknown
    name. Who may do this is the administration's to check (`admin/settings.py`).
    """
    for name in RENDERED:
        if name in changes:
            source = changes[name].strip()
            changes[name], changes[f"{name}_html"] = source, markup.render(source).html if source else ""
    settled = replace(queries.settings(), **changes)
    known = {f.name for f in fields(SiteSettings)}
    for name in changes.keys() & known:
        session.merge(Setting(name=name, value=changes[name]))
    session.flush()
    raise_version()
    return settled
