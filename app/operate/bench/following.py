"""Rows of what members follow, rate, have read and were told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from app.features.notifications.models import REPLY
from app.operate.bench.loading import Row
from app.operate.bench.opinions import opinions_of
from app.operate.bench.plan import DAY, MEMBER_ID, Plan
from app.operate.bench.rows import stamp

FREQUENCIES = ("immediate", "immediate", "immediate", "daily", "weekly", "none")
ANONYMOUS = 0.15
BOARD_FOLLOWERS, MEMBER_FOLLOWERS = 5, 4  # one member in so many
# Read marks and notifications are only kept for what is new.
RECENT_READS, RECENT_NEWS, MOST_NEWS = 0.1, 0.02, 20_000
READERS, TOLD, MEMBER_READS, MEMBER_TOLD = 8, 3, 0.7, 0.05
UNREAD_DAYS = 2

FOLLOWS = ["user_id", "topic_id", "board_id", "member_id", "frequency", "is_anonymous", "created_at"]
RATINGS = ["topic_id", "user_id", "stars", "created_at"]
READS = ["user_id", "topic_id", "post_id", "read_at"]
NOTIFICATIONS = ["user_id", "kind", "actor_id", "topic_id", "post_id", "created_at", "read_at"]


def follow_rows(plan: Plan, chance: Random) -> Iterator[Row]:
    for topic in plan.topics:
        moment = plan.moment(topic.last_post_id)
        for user_id in opinions_of(plan, topic).followers:
            yield _follow(plan, chance, user_id, moment, topic.id, None, None)
    for user_id in range(1, plan.size.members + 1, BOARD_FOLLOWERS):
        yield _follow(plan, chance, user_id, plan.begin, None, chance.randint(1, plan.size.boards), None)
    for user_id in range(2, plan.size.members + 1, MEMBER_FOLLOWERS):
        other = 1 + int((plan.size.members - 1) * chance.random() ** 3)
        yield _follow(plan, chance, user_id, plan.begin, None, None, other + (other >= user_id))


def _follow(plan: Plan, chance: Random, user_id: int, moment: int, *targets: int | None) -> Row:
    """Nobody follows before they have joined."""
    created_at = max(moment, plan.joined[user_id - 1])
    return user_id, *targets, chance.choice(FREQUENCIES), int(chance.random() < ANONYMOUS), stamp(created_at)


def rating_rows(plan: Plan) -> Iterator[Row]:
    for topic in plan.topics:
        opinions = opinions_of(plan, topic)
        moment = plan.moment(topic.last_post_id)
        for user_id, stars in zip(opinions.raters, opinions.stars, strict=True):
            yield topic.id, user_id, stars, stamp(max(moment, plan.joined[user_id - 1]))


def read_rows(plan: Plan, chance: Random) -> Iterator[Row]:
    """How far members have read the topics that moved last; the known member most of them."""
    recent = plan.size.posts * (1 - RECENT_READS)
    for topic in plan.topics:
        if topic.last_post_id < recent or topic.board_id == plan.staff_board_id:
            continue
        readers = set(_others(plan, chance, READERS))
        if chance.random() < MEMBER_READS:
            readers.add(MEMBER_ID)
        for user_id in sorted(readers):
            yield user_id, topic.id, topic.last_post_id, stamp(plan.end)


def notification_rows(plan: Plan, chance: Random) -> Iterator[Row]:
    """What the newest posts told some members; unread where it was told within two days."""
    posts = plan.size.posts
    for post_id in range(posts - min(int(posts * RECENT_NEWS), MOST_NEWS) + 1, posts + 1):
        topic_id, author_id, moment = plan.topic_of[post_id - 1], plan.author(post_id), plan.moment(post_id)
        if plan.is_hidden[post_id - 1] or plan.topics[topic_id - 1].board_id == plan.staff_board_id:
            continue
        told = set(_others(plan, chance, TOLD))
        if chance.random() < MEMBER_TOLD:
            told.add(MEMBER_ID)
        read_at = None if moment > plan.end - UNREAD_DAYS * DAY else stamp(moment)
        for user_id in sorted(told - {author_id}):
            yield user_id, REPLY, author_id, topic_id, post_id, stamp(moment), read_at


def _others(plan: Plan, chance: Random, most: int) -> Sequence[int]:
    """Any members but those with known passwords."""
    return [chance.randint(MEMBER_ID + 1, plan.size.members) for _ in range(chance.randint(0, most))]
