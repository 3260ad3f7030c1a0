"""Reading reactions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

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
    count = sa.func.count().label("count")
    rows = session.execute(
        sa.select(
            Reaction.post_id,
            Reaction.kind,
            count,
            sa.func.count().filter(Reaction.user_id == viewer.id).label("mine"),
        )
        .where(Reaction.post_id.in_(post_ids))
        .group_by(Reaction.post_id, Reaction.kind)
        .order_by(count.desc(), Reaction.kind)
    )
    tallies: defaultdict[int, list[Tally]] = defaultdict(list)
    for post_id, kind, times, mine in rows:
        tallies[post_id].append(Tally(kind, times, bool(mine)))
    return tallies


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
