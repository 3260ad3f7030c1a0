"""Reading reactions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from app.features.accounts.models import User
from app.features.accounts.viewer import Viewer
from app.features.reactions.models import Reaction
from app.kernel.db import session


@dataclass(frozen=True)
class Tally:
    """How often one kind of reaction was used under a post."""

    kind: str
    count: int
    is_mine: bool


def tallies_by_post(post_ids: Collection[int], viewer: Viewer) -> Mapping[int, Sequence[Tally]]:
    """How often each kind was used under each post, most used first, in one query; posts are the caller's to filter."""
    if not post_ids:
        return {}
    rows = session.execute(_TALLIES, {"post_ids": list(post_ids), "viewer_id": viewer.id})
    tallies: defaultdict[int, list[Tally]] = defaultdict(list)
    for post_id, kind, times, mine in rows:
        tallies[post_id].append(Tally(kind, times, bool(mine)))
    return tallies


def nobodys(tallies: Mapping[int, Sequence[Tally]]) -> Mapping[int, Sequence[Tally]]:
    """The same tallies without whose they are."""
    return {post_id: [Tally(t.kind, t.count, is_mine=False) for t in found] for post_id, found in tallies.items()}


def own_kinds(post_ids: Collection[int], viewer: Viewer) -> Mapping[int, str]:
    """How the viewer reacted to which of these posts."""
    if viewer.is_guest or not post_ids:
        return {}
    return {row[0]: row[1] for row in session.execute(_OWN, {"post_ids": list(post_ids), "viewer_id": viewer.id})}


def marked(tallies: Mapping[int, Sequence[Tally]], own: Mapping[int, str]) -> Mapping[int, Sequence[Tally]]:
    """The tallies with the viewer's own reactions marked."""
    mine = {
        post_id: [Tally(t.kind, t.count, is_mine=t.kind == kind) for t in tallies.get(post_id, ())]
        for post_id, kind in own.items()
    }
    return {**tallies, **mine}


def page_of_reactions(post_id: int, *, after: int = 0, limit: int = 100) -> Sequence[tuple[Reaction, User]]:
    """Who reacted to a post and how, by member id beyond `after`; the post is the caller's to filter."""
    rows = session.execute(
        sa.select(Reaction, User)
        .join(User, User.id == Reaction.user_id)
        .where(Reaction.post_id == post_id, Reaction.user_id > after)
        .options(load_only(User.id, User.name, User.slug, User.group_id))
        .order_by(Reaction.user_id)
        .limit(limit)
    )
    return [(reaction, user) for reaction, user in rows]


def _tallies() -> sa.Select[Any]:
    reaction, count = Reaction.__table__.c, sa.func.count()
    mine = count.filter(reaction.user_id == sa.bindparam("viewer_id", type_=sa.Integer))
    return (
        sa.select(reaction.post_id, reaction.kind, count, mine)
        .where(reaction.post_id.in_(sa.bindparam("post_ids", expanding=True)))
        .group_by(reaction.post_id, reaction.kind)
        .order_by(count.desc(), reaction.kind)
    )


def _own() -> sa.Select[Any]:
    reaction = Reaction.__table__.c
    return sa.select(reaction.post_id, reaction.kind).where(
        reaction.post_id.in_(sa.bindparam("post_ids", expanding=True)),
        reaction.user_id == sa.bindparam("viewer_id"),
    )


_TALLIES, _OWN = _tallies(), _own()
