"""Rows of people, places and topics, as values for `load`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from random import Random
from time import gmtime, strftime
from typing import Any

from app.features.accounts import names
from app.features.accounts.models import ADMINISTRATORS, MEMBERS, MODERATORS
from app.features.boards.actions import USUAL_RIGHTS
from app.features.topics.models import HIDDEN
from app.kernel.slugs import slugify
from app.operate.bench.loading import Row
from app.operate.bench.opinions import opinions_of
from app.operate.bench.plan import ADMINISTRATOR_ID, DAY, MEMBER_ID, MODERATOR_ID, Plan
from app.operate.bench.words import title

KNOWN = {
    ADMINISTRATOR_ID: ("bench-admin", ADMINISTRATORS),
    MODERATOR_ID: ("bench-moderator", MODERATORS),
    MEMBER_ID: ("bench-member", MEMBERS),
}
MEMBER_READ_SHARE = 0.9
PINNED_PER_BOARD = 3
LOCKED, FEATURED = 0.01, 0.002

USERS = [
    "id",
    "name",
    "name_key",
    "slug",
    "email",
    "email_key",
    "password_hash",
    "group_id",
    "created_at",
    "agreed_at",
    "last_seen_at",
    "location",
    "preferences",
    "read_up_to_post_id",
]
BOARDS = ["id", "name", "slug", "description", "icon", "position", "created_at", "counts_posts"]
GRANTS = ["board_id", "group_id", "rights"]
TOPICS = [
    "id",
    "board_id",
    "author_id",
    "title",
    "slug",
    "created_at",
    "changed_at",
    "state",
    "state_at",
    "state_by_id",
    "state_reason",
    "pinned_at",
    "featured_at",
    "locked_at",
    "post_count",
    "first_post_id",
    "last_post_id",
    "last_post_at",
    "last_post_by_id",
    "rating_sum",
    "rating_count",
    "rating_score",
    "view_count",
    "follower_count",
]


def stamp(moment: int) -> str:
    """Seconds since 1970 as both databases take a moment in UTC."""
    day, second = divmod(moment, DAY)
    return f"{_day(day)} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000000"


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return strftime("%Y-%m-%d", gmtime(number * DAY))


def user_rows(plan: Plan, named: Sequence[tuple[str, str]], hashes: Mapping[str, str], chance: Random) -> Iterator[Row]:
    """`named` are names with their keys in the order of ids, `hashes` the password's for known names and "" for others."""
    last_seen = dict(zip(plan.author_of, plan.moment_of, strict=True))
    for user_id, ((name, key), joined) in enumerate(zip(named, plan.joined, strict=True), start=1):
        slug = slugify(name, "member")
        email = f"{slug}.{user_id}@bench.example"
        read_share = MEMBER_READ_SHARE if user_id == MEMBER_ID else 0.5 + chance.random() / 2
        yield (
            user_id,
            name,
            key,
            slug,
            email,
            names.fold_email(email),
            hashes.get(name) or hashes[""],
            KNOWN[user_id][1] if user_id in KNOWN else MEMBERS,
            stamp(joined),
            stamp(joined),
            stamp(last_seen.get(user_id, joined)),
            "Harbour Row" if user_id % 3 == 0 else "",
            "{}",
            int(plan.size.posts * read_share),
        )


def board_rows(plan: Plan, words: Mapping[str, Any]) -> Iterator[Row]:
    for board_id in range(1, plan.size.boards + 1):
        is_staff = board_id == plan.staff_board_id
        place = words["staff_board"] if is_staff else words["boards"][(board_id - 1) % len(words["boards"])]
        again = (board_id - 1) // len(words["boards"])
        name = f"{place['name']} {again + 1}" if again and not is_staff else place["name"]
        yield (
            board_id,
            name,
            slugify(name),
            place["description"],
            place["icon"],
            board_id,
            stamp(plan.begin - 3 * DAY),
            0 if is_staff else 1,
        )


def grant_rows(plan: Plan) -> Iterator[Row]:
    for board_id in range(1, plan.size.boards + 1):
        for group_id, rights in USUAL_RIGHTS.items():
            if board_id != plan.staff_board_id or group_id == MODERATORS:
                yield board_id, group_id, int(rights)


def topic_rows(plan: Plan, words: Mapping[str, Any], rare_words: Iterator[str], chance: Random) -> Iterator[Row]:
    pins = dict.fromkeys(range(1, plan.size.boards + 1), PINNED_PER_BOARD)
    for topic in plan.topics:
        name = title(words, next(rare_words), chance)
        opened, ended = stamp(plan.moment(topic.first_post_id)), stamp(plan.moment(topic.last_post_id))
        opinions = opinions_of(plan, topic)
        score = sum(opinions.stars)
        is_pinned = topic.post_count > 3 and pins[topic.board_id] > 0
        pins[topic.board_id] -= is_pinned
        is_hidden = topic.state == HIDDEN
        yield (
            topic.id,
            topic.board_id,
            plan.author(topic.first_post_id),
            name,
            slugify(name),
            opened,
            ended,
            topic.state,
            ended if is_hidden else None,
            MODERATOR_ID if is_hidden else None,
            "Not for here" if is_hidden else "",
            opened if is_pinned else None,
            opened if chance.random() < FEATURED else None,
            ended if chance.random() < LOCKED and topic.id != plan.longest_id else None,
            topic.post_count,
            topic.first_post_id,
            topic.last_post_id,
            ended,
            plan.author(topic.last_post_id),
            score,
            len(opinions.raters),
            score * 1000 // len(opinions.raters) if opinions.raters else 0,
            int(topic.post_count * (5 + chance.expovariate(1 / 40))),
            len(opinions.followers),
        )
