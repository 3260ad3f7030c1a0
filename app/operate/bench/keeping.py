"""Rows of the moderators' log and of members' reports."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from app.features.topics.models import HIDDEN
from app.operate.bench.loading import Row
from app.operate.bench.plan import MEMBER_ID, MODERATOR_ID, Plan
from app.operate.bench.rows import stamp

OPEN_REPORTS = 20

LOG = ["created_at", "actor_id", "act", "board_id", "topic_id", "post_id", "subject_id", "reason", "details"]
REPORTS = ["created_at", "post_id", "reporter_id", "kind", "comment"]


def log_rows(plan: Plan) -> Iterator[Row]:
    for at, is_hidden in enumerate(plan.is_hidden):
        if is_hidden:
            topic = plan.topics[plan.topic_of[at] - 1]
            yield (
                stamp(plan.moment_of[at]),
                MODERATOR_ID,
                "hide_post",
                topic.board_id,
                topic.id,
                at + 1,
                plan.author_of[at],
                "Off topic",
                "{}",
            )
    for topic in plan.topics:
        if topic.state == HIDDEN:
            moment, author_id = plan.moment(topic.last_post_id), plan.author(topic.first_post_id)
            yield (
                stamp(moment),
                MODERATOR_ID,
                "hide_topic",
                topic.board_id,
                topic.id,
                None,
                author_id,
                "Not for here",
                "{}",
            )


def report_rows(plan: Plan, chance: Random) -> Iterator[Row]:
    """Some of the newest posts were reported and wait."""
    first = max(plan.size.posts - 50 * OPEN_REPORTS, 0) + 1
    chosen = chance.sample(range(first, plan.size.posts + 1), min(OPEN_REPORTS, plan.size.posts // 10))
    for post_id in sorted(chosen):
        if plan.topics[plan.topic_of[post_id - 1] - 1].board_id != plan.staff_board_id:
            reporter_id = chance.randint(MEMBER_ID + 1, plan.size.members)
            yield stamp(plan.moment(post_id)), post_id, reporter_id, "other", "Please have a look at this one."
