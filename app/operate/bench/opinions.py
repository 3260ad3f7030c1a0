"""Who follows and rates a topic. Asked twice, for its counters and for the rows, it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from app.operate.bench.plan import Plan, TopicPlan

MOST_FOLLOWERS, MOST_RATERS = 10_000, 2_000
RATED_SHARE = 0.35
STARS = (5, 5, 5, 4, 4, 5, 3, 4, 2, 1)


@dataclass(frozen=True, slots=True)
class Opinions:
    """Members by id; the author follows, too. `stars` are those of the raters, in their order."""

    followers: Sequence[int]
    raters: Sequence[int]
    stars: Sequence[int]


def opinions_of(plan: Plan, topic: TopicPlan) -> Opinions:
    chance = Random(plan.size.seed * 1_000_003 + topic.id)  # noqa: S311  # the same opinions for the same seed
    members = plan.size.members
    author_id = plan.author(topic.first_post_id)
    is_longest = topic.id == plan.longest_id
    interest = topic.post_count if is_longest else int(topic.post_count * chance.random() * 0.5)

    followers = _some(members, min(interest, MOST_FOLLOWERS), chance)
    followers = [author_id, *(user_id for user_id in followers if user_id != author_id)]
    is_rated = is_longest or chance.random() < RATED_SHARE
    raters = _some(members, 1 + min(interest // 3, MOST_RATERS), chance) if is_rated else ()
    return Opinions(followers, raters, chance.choices(STARS, k=len(raters)))


def _some(members: int, wanted: int, chance: Random) -> Sequence[int]:
    return chance.sample(range(1, members + 1), min(wanted, members // 2))
