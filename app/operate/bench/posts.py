"""Rows of posts and of what hangs on them, in batches."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from app.features.reactions.models import KINDS
from app.features.topics.models import HIDDEN, PUBLISHED
from app.kernel import markup
from app.operate.bench.loading import Row
from app.operate.bench.plan import DAY, MODERATOR_ID, Plan
from app.operate.bench.rows import stamp
from app.operate.bench.texts import Quoted, Texts

BATCH = 5_000
QUOTE_SHARE = 0.12
EDITED, RECOMMENDED = 0.005, 0.0005
SOON = 900  # seconds within which people edit
REACTIONS, REACTION_WEIGHTS = (0, 1, 2, 3, 6), (78, 13, 5, 3, 1)
KIND_WEIGHTS = (4, 4, 2, 2, 1)

POSTS = [
    "id",
    "topic_id",
    "author_id",
    "source",
    "html",
    "excerpt",
    "renderer_version",
    "created_at",
    "position",
    "state",
    "state_at",
    "state_by_id",
    "state_reason",
    "edited_at",
    "edited_by_id",
    "edit_count",
    "recommended_at",
    "recommended_by_id",
    "recommend_note",
]
REACTION = ["post_id", "user_id", "kind", "created_at"]
REVISIONS = ["post_id", "source", "editor_id", "replaced_at", "reason"]


@dataclass
class Batch:
    """Posts that follow each other, with what came of them."""

    posts: list[Row] = field(default_factory=list)
    reactions: list[Row] = field(default_factory=list)
    revisions: list[Row] = field(default_factory=list)


def batches(plan: Plan, texts: Texts, names: Sequence[str], chance: Random) -> Iterator[Batch]:
    """Every post in the order of ids. `names` are the members' in the order of theirs."""
    writer = _Writer(plan, texts, names, chance)
    for start in range(0, plan.size.posts, BATCH):
        yield writer.batch(start, min(start + BATCH, plan.size.posts))


class _Writer:
    """Remembers of each topic how many posts it has and which came last."""

    def __init__(self, plan: Plan, texts: Texts, names: Sequence[str], chance: Random) -> None:
        self._plan, self._texts, self._names, self._chance = plan, texts, names, chance
        self._positions = array("i", bytes(4 * plan.size.topics))
        self._last_ids = array("i", bytes(4 * plan.size.topics))
        self._last_openings = array("i", bytes(4 * plan.size.topics))
        self._joined = 0

    def batch(self, start: int, end: int) -> Batch:
        batch = Batch()
        for at in range(start, end):
            self._write(at, batch)
        return batch

    def _write(self, at: int, batch: Batch) -> None:
        plan, draw = self._plan, self._chance.random
        post_id, topic_id, author_id = at + 1, plan.topic_of[at], plan.author_of[at]
        is_hidden, is_first = plan.is_hidden[at], self._positions[topic_id - 1] == 0
        opening = self._texts.opening()
        body = self._texts.body(opening, self._quoted(topic_id) if draw() < QUOTE_SHARE else None)
        created_at = stamp(plan.moment_of[at])
        edited_at = stamp(min(plan.moment_of[at] + int(SOON * draw()), plan.end)) if draw() < EDITED else None
        is_recommended = not is_first and not is_hidden and draw() < RECOMMENDED
        if not is_hidden:
            self._positions[topic_id - 1] += 1
            self._last_ids[topic_id - 1], self._last_openings[topic_id - 1] = post_id, opening
        batch.posts.append(
            (
                post_id,
                topic_id,
                author_id,
                body.source,
                body.html,
                markup.excerpt(body.text),
                markup.RENDERER_VERSION,
                created_at,
                self._positions[topic_id - 1],
                HIDDEN if is_hidden else PUBLISHED,
                created_at if is_hidden else None,
                MODERATOR_ID if is_hidden else None,
                "Off topic" if is_hidden else "",
                edited_at,
                author_id if edited_at else None,
                1 if edited_at else 0,
                created_at if is_recommended else None,
                MODERATOR_ID if is_recommended else None,
                "Read this first" if is_recommended else "",
            )
        )
        if edited_at:
            batch.revisions.append((post_id, body.source.split("\n\n")[0], author_id, edited_at, "Sent too soon"))
        if not is_hidden:
            batch.reactions += self._reactions(at, author_id)

    def _quoted(self, topic_id: int) -> Quoted | None:
        last_id = self._last_ids[topic_id - 1]
        if not last_id:
            return None
        return Quoted(last_id, self._names[self._plan.author(last_id) - 1], self._last_openings[topic_id - 1])

    def _reactions(self, at: int, author_id: int) -> Iterator[Row]:
        """From members who are there already and are not the author."""
        plan, chance = self._plan, self._chance
        moment = plan.moment_of[at]
        while self._joined < plan.size.members and plan.joined[self._joined] < moment:
            self._joined += 1
        for user_id in {int(self._joined * chance.random() ** 2) + 1 for _ in range(_how_many(chance))} - {author_id}:
            reacted_at = min(moment + int(DAY * chance.random()), plan.end)
            yield at + 1, user_id, chance.choices(KINDS, KIND_WEIGHTS)[0], stamp(reacted_at)


def _how_many(chance: Random) -> int:
    return chance.choices(REACTIONS, REACTION_WEIGHTS)[0]
