"""Members, the groups they are in, what groups were granted, and where members are signed in."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Count, CreatedAt, Id, Model, Moment, UtcDateTime

GUESTS, MEMBERS, MODERATORS, ADMINISTRATORS = 1, 2, 3, 4


class Right(enum.IntFlag):
    """What a group may do in a board: the columns of the permission matrix."""

    SEE = 1
    READ = 2
    START = 4
    REPLY = 8
    ATTACH = 16


class Group(Model):
    """A set of members with the same rights. The first four rows always exist."""

    __tablename__ = "groups"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    is_admin: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_team: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    position: Mapped[Count]

    @property
    def is_built_in(self) -> bool:
        return self.id <= ADMINISTRATORS


class User(Model):
    """A member. `name_key` is the name folded so that look-alikes collide; the shown form is kept."""

    __tablename__ = "users"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(40))
    name_key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(80))
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    created_at: Mapped[CreatedAt]
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    about: Mapped[str] = mapped_column(sa.String(500), default="", server_default="")
    location: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    preferences: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    post_count: Mapped[Count]
    reputation: Mapped[Count]
    follower_count: Mapped[Count]
    unread_notification_count: Mapped[Count]
    # Every post up to this id counts as read: set when joining and by "mark all as read".
    read_up_to_post_id: Mapped[Count]


class Named(NamedTuple):
    """A member as text mentions them."""

    id: int
    name: str
    slug: str


class Membership(Model):
    """A group a member is in besides the primary one."""

    __tablename__ = "memberships"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, index=True)


class Grant(Model):
    """What a group may do in one board: a sum of `Right` bits. No row means nothing."""

    __tablename__ = "grants"

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, index=True)
    rights: Mapped[int]


class Moderator(Model):
    """A member or a group that keeps order in one board, or everywhere when `board_id` is empty."""

    __tablename__ = "moderators"
    __table_args__ = (
        sa.CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="one_subject"),
        sa.UniqueConstraint("user_id", "board_id"),
        sa.UniqueConstraint("group_id", "board_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("boards.id", ondelete="CASCADE"), index=True)


class SignIn(Model):
    """One browser in which a member is signed in. The cookie holds the token, this row only its hash."""

    __tablename__ = "sign_ins"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[CreatedAt]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment] = mapped_column(UtcDateTime, index=True)
    # When the password was last given in this browser; administration asks for a recent one.
    confirmed_at: Mapped[Moment]
    is_remembered: Mapped[bool] = mapped_column(default=False)
    network: Mapped[str] = mapped_column(sa.String(50), default="")
    device: Mapped[str] = mapped_column(sa.String(120), default="")

    user: Mapped[User] = relationship(lazy="raise")


class SignInFailure(Model):
    """A wrong password, counted per account and per network, so that a restart forgets nothing."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (sa.Index(None, "key", "at"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[Moment]
