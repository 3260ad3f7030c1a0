"""The shortest way to a valid row. Every maker commits what it made and returns it."""

from __future__ import annotations

import itertools
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import select, update

from app.features.accounts import queries as accounts
from app.features.accounts.models import ADMINISTRATORS, GUESTS, MEMBERS, MODERATORS, Grant, Moderator, Right, User
from app.features.accounts.names import fold, fold_email
from app.features.accounts.viewer import Viewer
from app.features.boards.models import Board
from app.features.boards.queries import BoardFacts, get_board
from app.features.posts import actions as posts
from app.features.posts.actions.totals import recount_boards
from app.features.posts.models import Post
from app.features.site.actions import raise_version
from app.features.site.models import SiteVersion
from app.features.site.queries import use_version
from app.features.topics.models import Topic
from app.kernel.clock import now
from app.kernel.db import session, transaction

PASSWORD = "a long walk by the sea"
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

READER = Right.SEE | Right.READ
WRITER = READER | Right.START | Right.REPLY | Right.ATTACH

__all__ = ["now", "select"]

_numbers = itertools.count(1)


def begin() -> None:
    """Called before each test."""
    use_version(None)


def user(name: str | None = None, *, group_id: int = MEMBERS, **more: Any) -> User:
    shown = name or f"Member {next(_numbers)}"
    slug = shown.casefold().replace(" ", "-")
    made = User(
        name=shown,
        name_key=f"{slug}-{next(_numbers)}",
        slug=slug,
        email=f"{slug}@forum.test",
        email_key=f"{slug}-{next(_numbers)}@forum.test",
        password_hash=_HASH,
        group_id=group_id,
        agreed_at=now(),
        **{"preferences": {}, **more},
    )
    with transaction():
        session.add(made)
        session.execute(update(SiteVersion).values(member_count=SiteVersion.member_count + 1))
    return made


def viewer(who: User | None = None, **more: Any) -> Viewer:
    """A member looking (or the given one), with the rights of this moment."""
    found = who or user(**more)
    session.refresh(found)
    return accounts.viewer_of(found)


def guest() -> Viewer:
    return accounts.guest()


def moderator(name: str | None = None) -> Viewer:
    return viewer(user(name, group_id=MODERATORS))


def admin(name: str | None = None) -> Viewer:
    return viewer(user(name, group_id=ADMINISTRATORS))


def board(
    name: str | None = None,
    *,
    parent: Board | None = None,
    guests: Right = READER,
    members: Right = WRITER,
    moderators: Right = WRITER,
    **more: Any,
) -> Board:
    """A board everyone reads and members write in, unless told otherwise."""
    shown = name or f"Board {next(_numbers)}"
    made = Board(
        name=shown,
        slug=shown.casefold().replace(" ", "-"),
        parent_id=parent.id if parent else None,
        position=next(_numbers),
        **more,
    )
    with transaction():
        session.add(made)
        session.flush()
        for group_id, rights in ((GUESTS, guests), (MEMBERS, members), (MODERATORS, moderators)):
            if rights:
                session.add(Grant(board_id=made.id, group_id=group_id, rights=int(rights)))
        session.flush()
        raise_version()
    use_version(None)
    return made


def private_board(name: str | None = None, **more: Any) -> Board:
    """A board only moderators (and administrators) know of."""
    return board(name, guests=Right(0), members=Right(0), **more)


def board_moderator(where: Board, who: User | None = None) -> Viewer:
    """A member who keeps order in one board only."""
    found = who or user()
    with transaction():
        session.add(Moderator(user_id=found.id, board_id=where.id))
        session.flush()
        raise_version()
    use_version(None)
    return viewer(found)


def facts(where: Board, who: Viewer | None = None) -> BoardFacts:
    return get_board(where.id, who or admin())


def topic(
    where: Board | None = None,
    author: Viewer | None = None,
    *,
    title: str = "Ferry timetable from April",
    body: str = "The 6:40 is gone.",
    replies: int = 0,
    **more: Any,
) -> Topic:
    """A topic started by a member, with replies by others; `more` are columns set afterwards."""
    place = where or board()
    starter = author or viewer()
    if place.id not in starter.rights:
        starter = viewer(session.get(User, starter.member_id))
    with transaction():
        made = posts.start_topic(starter, facts_of(place), title, body).topic
    for number in range(replies):
        reply(made, body=f"Reply number {number + 1}.")
    if more:
        with transaction():
            for name, value in more.items():
                setattr(made, name, value)
            recount_boards([made.board_id])
    session.refresh(made)
    return made


def facts_of(place: Board) -> BoardFacts:
    return BoardFacts(
        id=place.id,
        parent_id=place.parent_id,
        is_category=place.is_category,
        name=place.name,
        slug=place.slug,
        description=place.description or "",
        icon=place.icon or "messages",
        has_ratings=place.has_ratings if place.has_ratings is not None else True,
        counts_posts=place.counts_posts if place.counts_posts is not None else True,
        edit_minutes=place.edit_minutes,
    )


def reply(to: Topic, author: Viewer | None = None, body: str = "Then the 7:10 will be full.") -> Post:
    writer = author or viewer()
    if to.board_id not in writer.rights:
        writer = viewer(session.get(User, writer.member_id))
    with transaction():
        return posts.reply(writer, to, body)


def member(name: str = "Ann Lee", email: str = "ann@forum.test", **more: Any) -> User:
    """A member who can sign in with PASSWORD: the keys are those of the name and the address."""
    made = user(name)
    with transaction():
        made.name_key, made.email, made.email_key = fold(name), email, fold_email(email)
        for column, value in more.items():
            setattr(made, column, value)
    return made
