"""Who writes what when, decided before a row is written, so that every row can be written once and complete.

Held in arrays: about 20 bytes for each post.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from app.features.topics.models import HIDDEN, PUBLISHED
from app.operate.bench.size import Size

DAY = 86_400  # seconds
ADMINISTRATOR_ID, MODERATOR_ID, MEMBER_ID = 1, 2, 3
BIG_BOARD_SHARE = 0.95
STAFF_BOARD_SHARE = 0.002
BUSY_DAY = 450  # posts
LONGEST_HISTORY, SHORTEST_HISTORY = 6 * 365, 60  # days
WRITING_PART = (3, 5)  # three of five members ever write
OWN_TOPIC_SHARE = 0.12
# Those with known passwords write neither most nor nothing: each changes places with a writer of the middle.
CHANGED_PLACES = {1: 21, 2: 31, 3: 12, 21: 1, 31: 2, 12: 3}
FOUNDERS = 10  # were there from the start
# How unequal topics are: the smaller, the more of all posts stand in few of them.
TOPIC_SKEW = 1.25
HIDDEN_POSTS, HIDDEN_TOPICS = 0.0015, 0.003


@dataclass(slots=True)
class TopicPlan:
    """A topic with what its posts will have made of it. Ids and numbers of posts count from 1."""

    id: int
    board_id: int
    state: str = PUBLISHED
    post_count: int = 0
    first_post_id: int = 0
    last_post_id: int = 0


@dataclass(frozen=True)
class Plan:
    """Arrays of posts are in the order of their ids, which is that of time. Moments are seconds since 1970."""

    size: Size
    begin: int
    end: int
    joined: array[int]
    topics: Sequence[TopicPlan]
    longest_id: int
    topic_of: array[int]
    author_of: array[int]
    moment_of: array[int]
    is_hidden: bytearray

    @property
    def staff_board_id(self) -> int | None:
        """The last board, which only staff read; none where there are few."""
        return self.size.boards if self.size.boards > 2 else None

    def author(self, post_id: int) -> int:
        return self.author_of[post_id - 1]

    def moment(self, post_id: int) -> int:
        return self.moment_of[post_id - 1]


def make_plan(size: Size, end: int) -> Plan:
    """Plan a forum whose last post is written just before the moment `end`."""
    chance = Random(size.seed)  # noqa: S311  # the same forum for the same seed
    days = min(max(size.posts // BUSY_DAY, SHORTEST_HISTORY), LONGEST_HISTORY)
    begin = end - days * DAY
    joined = _joined(size.members, begin, end)

    lengths = _lengths(size, chance)
    starts = sorted(begin + int((end - begin) * chance.random() ** 0.7 * 0.999) for _ in lengths)
    longest_at = len(starts) // 50
    lengths[longest_at], lengths[0] = lengths[0], lengths[longest_at]
    topics = [TopicPlan(number, _board_of(size, chance, number)) for number in range(1, size.topics + 1)]
    topics[longest_at].board_id = 1

    keys = _keys(lengths, starts, longest_at, end, chance)
    topic_of = array("i", (key % size.topics + 1 for key in keys))
    moment_of = array("q", (key // size.topics for key in keys))
    del keys
    plan = Plan(
        size=size,
        begin=begin,
        end=end,
        joined=joined,
        topics=topics,
        longest_id=longest_at + 1,
        topic_of=topic_of,
        author_of=array("i", bytes(4 * size.posts)),
        moment_of=moment_of,
        is_hidden=bytearray(size.posts),
    )
    _cast(plan, chance)
    _hide_topics(plan, chance)
    return plan


def _joined(members: int, begin: int, end: int) -> array[int]:
    """When each member joined, in the order of ids; more and more over the years."""
    last = end - DAY - begin
    later = (max(number - FOUNDERS, 0) / members for number in range(members))
    return array("q", (begin - 2 * DAY + int(last * part**0.8) for part in later))


def _lengths(size: Size, chance: Random) -> list[int]:
    """How many posts each topic gets, the longest first and the others in no order."""
    others = size.topics - 1
    room = size.longest - 1
    spare = size.posts - size.longest - others
    weights = [chance.paretovariate(TOPIC_SKEW) - 1 for _ in range(others)]
    share = spare / sum(weights) if others else 0
    lengths = [1 + min(int(weight * share), room) for weight in weights]
    left = size.posts - size.longest - sum(lengths)
    at = 0
    while left:  # what rounding and the limit left over goes round
        if lengths[at] <= room:
            lengths[at] += 1
            left -= 1
        at = (at + 1) % others
    chance.shuffle(lengths)
    return [size.longest, *lengths]


def _board_of(size: Size, chance: Random, number: int) -> int:
    """Nearly all topics stand in the first board, a few in the last, which is the staff's."""
    if size.boards == 1 or number == 1:
        return 1
    drawn = chance.random()
    if drawn < STAFF_BOARD_SHARE and size.boards > 2:
        return size.boards
    public = size.boards - 1 if size.boards > 2 else size.boards
    return 1 if drawn < BIG_BOARD_SHARE else chance.randint(min(2, public), public)


def _keys(lengths: Sequence[int], starts: Sequence[int], longest_at: int, end: int, chance: Random) -> list[int]:
    """Moment and topic of every post in one number each, in the order of time."""
    topics = len(lengths)
    keys: list[int] = []
    for at, (length, start) in enumerate(zip(lengths, starts, strict=True)):
        lively = DAY * math.sqrt(length) * chance.lognormvariate(1.0, 1.2)
        span = end - start if at == longest_at else min(int(lively) + length, end - start)
        bend = 1.0 if at == longest_at else 1.6
        keys.append(start * topics + at)
        for number in range(1, length):
            moment = start + int(span * ((number - chance.random()) / length) ** bend)
            keys.append(moment * topics + at)
    keys.sort()
    return keys


def _cast(plan: Plan, chance: Random) -> None:
    """Give every post its author, a few of them to the moderators' curtain, and every topic its opening and its end."""
    draw = chance.random
    part, whole = WRITING_PART
    joined, members, here = plan.joined, plan.size.members, 0
    for at, topic_id in enumerate(plan.topic_of):
        while here < members and joined[here] < plan.moment_of[at]:
            here += 1
        topic = plan.topics[topic_id - 1]
        if topic.board_id == plan.staff_board_id:
            author_id = ADMINISTRATOR_ID if draw() < 0.4 else MODERATOR_ID
        elif topic.first_post_id and draw() < OWN_TOPIC_SHARE:
            author_id = plan.author_of[topic.first_post_id - 1]
        else:
            writers = max(here * part // whole, 1)
            author_id = _writer(int(writers * draw() ** 3) * whole // part + 1, here)
        plan.author_of[at] = author_id
        if not topic.first_post_id:
            topic.first_post_id = at + 1
        elif topic_id != plan.longest_id and draw() < HIDDEN_POSTS:
            plan.is_hidden[at] = 1
            continue
        topic.post_count += 1
        topic.last_post_id = at + 1


def _writer(user_id: int, here: int) -> int:
    other = CHANGED_PLACES.get(user_id, user_id)
    return other if other <= here else user_id


def _hide_topics(plan: Plan, chance: Random) -> None:
    for topic in plan.topics:
        if topic.id != plan.longest_id and chance.random() < HIDDEN_TOPICS:
            topic.state = HIDDEN
