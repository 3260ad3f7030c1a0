"""Writes a forum of a given size in one transaction: all or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from itertools import islice
from random import Random
from typing import Any

import click
import sqlalchemy as sa

from app.features.accounts import passwords
from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.site.actions import raise_version
from app.features.topics.models import Topic
from app.kernel import db
from app.kernel.clock import now
from app.kernel.db import own_session, session, transaction
from app.kernel.errors import StoaError
from app.operate.bench import following, keeping, posts, rows
from app.operate.bench.loading import begin_loading, continue_ids, eased, load, look_at_tables, settle
from app.operate.bench.plan import DAY, Plan, make_plan
from app.operate.bench.size import Size
from app.operate.bench.texts import Texts
from app.operate.bench.words import member_names, read_words
from app.operate.check.counters import COUNTERS
from app.operate.check.rules import RULES

# Of the known members (rows.KNOWN), so that whoever measures can sign in; nobody knows the others'.
PASSWORD = "paper-boats-uphill"  # noqa: S105


class NotEmptyError(StoaError):
    """The database holds people, boards or topics already."""


def seed(size: Size) -> None:
    """Fill the open, migrated and otherwise empty database, telling the terminal how far it is.

    Raises NotEmptyError, and ClickException when another process keeps SQLite's database open.
    """
    _refuse_a_used_site()
    click.echo("Planning who writes what when ...")
    plan = make_plan(size, _today())
    with eased(db.engine()):
        with own_session(), transaction():
            begin_loading()
            _write(plan)
            click.echo("Counting ...")
            look_at_tables()
            _count()
            continue_ids()
            raise_version()
        settle(db.engine())


def _refuse_a_used_site() -> None:
    with own_session():
        for model in (User, Board, Topic):
            if session.scalar(sa.select(sa.exists(sa.select(model.id)))):
                raise NotEmptyError("There is something in this forum already. Seeding needs one fresh from: stoa init")


def _today() -> int:
    """The beginning of this day, so that a forum seeded again on the same day is the same to the second."""
    return int(now().timestamp()) // DAY * DAY


def _write(plan: Plan) -> None:
    chance = Random(plan.size.seed)  # noqa: S311  # the same forum for the same seed
    words = read_words()
    texts = Texts(words, chance)
    named = _names(plan, words, chance)

    click.echo("Members, boards and topics ...")
    load("users", rows.USERS, rows.user_rows(plan, named, _hashes(), chance))
    load("boards", rows.BOARDS, rows.board_rows(plan, words))
    load("grants", rows.GRANTS, rows.grant_rows(plan))
    load("topics", rows.TOPICS, rows.topic_rows(plan, words, iter(texts.rare_word, None), chance))

    with click.progressbar(length=plan.size.posts, label="Posts") as bar:
        for batch in posts.batches(plan, texts, [name for name, _ in named], chance):
            load("posts", posts.POSTS, batch.posts)
            load("reactions", posts.REACTION, batch.reactions)
            load("revisions", posts.REVISIONS, batch.revisions)
            bar.update(len(batch.posts))

    click.echo("Follows, ratings, read marks and news ...")
    load("follows", following.FOLLOWS, following.follow_rows(plan, chance))
    load("ratings", following.RATINGS, following.rating_rows(plan))
    load("topic_reads", following.READS, following.read_rows(plan, chance))
    load("notifications", following.NOTIFICATIONS, following.notification_rows(plan, chance))
    load("moderation_log", keeping.LOG, keeping.log_rows(plan))
    load("reports", keeping.REPORTS, keeping.report_rows(plan, chance))


def _names(plan: Plan, words: Mapping[str, Any], chance: Random) -> list[tuple[str, str]]:
    known = [(name, name) for name, _ in rows.KNOWN.values()]
    return known + list(islice(member_names(words, chance), plan.size.members - len(known)))


def _hashes() -> dict[str, str]:
    known = passwords.hash_password(PASSWORD)
    return {"": passwords.hash_password(secrets.token_urlsafe(32)), **{name: known for name, _ in rows.KNOWN.values()}}


def _count() -> None:
    """Boards and members are counted as `stoa check --repair` counts them; what topics hold was written right."""
    for counter in COUNTERS:
        if counter.column.class_ is not Topic:
            session.execute(counter.correction(), execution_options={"synchronize_session": False})
    for rule in RULES:
        if rule.mend is not None:
            rule.mend(session)
