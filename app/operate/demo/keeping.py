"""What moderators did in the demo, through their actions, so that the log tells of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.features.accounts.viewer import Viewer
from app.features.moderation import actions
from app.features.moderation.models import LogEntry, Report
from app.features.posts.models import Post
from app.features.topics.models import Topic
from app.kernel.db import session
from app.operate.demo.stage import Stage, Told

FLAGS = {"pinned": actions.pin_topics, "featured": actions.feature_topics, "locked": actions.lock_topics}
LATER = timedelta(minutes=25)

REPORTS = (
    ("The Great Gull Heist of the chip shop", 4, "Gull Watcher", "I know he is joking. A visitor would not."),
    (
        "Overheard on the ferry",
        14,
        "halloran",
        "that councillor will know its him. maybe ask bram to take the date out",
    ),
)


def keep_order(stage: Stage) -> None:
    ines = stage.viewer("Ines")
    for told in sorted(stage.told, key=lambda told: told.posts[-1].created_at):
        _keep(stage, ines, told)
    for title, number, reporter, comment in REPORTS:
        _report(stage, title, number, reporter, comment)


def _keep(stage: Stage, ines: Viewer, told: Told) -> None:
    opened, closed = told.posts[0].created_at, told.posts[-1].created_at
    for post, line in told.hidden_posts():
        _at(post.created_at, lambda post=post, line=line: actions.hide_posts(ines, [post], line.note))  # type: ignore[misc]
        post.state_at = post.created_at + LATER
    for post, line in told.recommended_posts():
        _at(post.created_at, lambda post=post, line=line: actions.recommend_posts(ines, [post], line.note))  # type: ignore[misc]
        post.recommended_at = post.created_at + LATER
    if told.talk.moved_from:
        board = stage.board(told.talk.board)
        _at(
            opened,
            lambda: actions.move_topics(ines, [told.topic], board, leave_link=True, reason="Better with the boats"),
        )
    for flag in sorted(told.talk.flags):
        at = closed if flag == "locked" else opened
        _at(at, lambda flag=flag: FLAGS[flag](ines, [told.topic]))  # type: ignore[misc]
        setattr(told.topic, f"{flag}_at", at + LATER)
    if told.talk.hidden_because:
        _at(closed, lambda: actions.hide_topics(ines, [told.topic], told.talk.hidden_because))
        told.topic.state_at = closed + LATER
    session.flush()


def date_topics() -> None:
    """Let topics have changed when the last of what is told of them happened, not when this was written."""
    moments: dict[int, list[datetime | None]] = {}
    for post in session.scalars(sa.select(Post)):
        known = (post.created_at, post.edited_at, post.state_at, post.recommended_at)
        moments.setdefault(post.topic_id, []).extend(known)
    for topic in session.scalars(sa.select(Topic)):
        all_known = [topic.created_at, topic.last_post_at, topic.state_at, *moments.get(topic.id, ())]
        topic.changed_at = max(moment for moment in all_known if moment is not None)
    session.flush()


def _at(moment: datetime, act: Callable[[], object]) -> None:
    """Do something, and let the log say that it was done a little after this moment."""
    newest = session.scalar(sa.select(sa.func.max(LogEntry.id))) or 0
    act()
    session.execute(
        sa.update(LogEntry)
        .where(LogEntry.id > newest)
        .values(created_at=moment + LATER)
        .execution_options(synchronize_session=False)
    )


def _report(stage: Stage, title: str, number: int, reporter: str, comment: str) -> None:
    told = next(told for told in stage.told if told.talk.title == title)
    post: Post = told.posts[number - 1]
    row = Report(post_id=post.id, reporter_id=stage.user(reporter).id, kind="other", comment=comment)
    row.created_at = post.created_at + LATER
    session.add(row)
    session.flush()
