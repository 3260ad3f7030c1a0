"""A small forum with somebody of every role in it, and an address for every route: for tests that walk them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.features.accounts.models import Group, Moderator, SignIn, User
from app.features.accounts.viewer import Viewer
from app.features.notifications.models import REPLY, Notification
from app.kernel import throttle
from app.kernel.db import transaction
from app.kernel.routing import Ref
from tests import make

ROLES = ("guest", "member", "author", "board_moderator", "moderator", "admin")


@dataclass
class Forum:
    """What stands in the open board, who looks, and which ids fill the holes of addresses."""

    viewers: dict[str, Viewer]
    topic: Any
    reply: Any
    board: Any
    group: Any
    ids: dict[str, int] = field(default_factory=dict)

    def values(self, rule: Rule, role: str, db: Session) -> dict[str, Any]:
        """Something that exists, or belongs to this role's viewer, for every part of an address."""
        me = self.viewers[role].id
        known: dict[str, Any] = {
            "topic": Ref(self.topic.id, self.topic.slug),
            "board": Ref(self.board.id, self.board.slug),
            "member": Ref(self.ids["bystander"], "bystander"),
            "post_id": self.reply.id,
            "board_id": self.board.id,
            "group_id": self.group.id,
            "user_id": self.ids["bystander"],
            "moderator_id": self.ids["moderator"],
            "number": 1,
            "notification_id": _own(db, Notification, me) or self.ids["notification"],
            "sign_in_id": _own(db, SignIn, me) or self.ids["sign_in"],
            "version": "0",
            "name": "site.css",
            "network": "email",
            "state": "closed",
        }
        return {name: known[name] for name in rule.arguments}


def build(db: Session) -> Forum:
    board = make.board("Open board")
    author = make.viewer(make.user("Author"))
    topic = make.topic(board, author, title="A walk")
    reply = make.reply(topic, author, "A reply of the author.")
    bystander = make.user("Bystander")
    with transaction():
        group = Group(name="Readers", title="", position=9)
        db.add(group)
        db.flush()
        post = Moderator(user_id=bystander.id, board_id=board.id)
        db.add(post)
    viewers = {
        "guest": make.guest(),
        "member": make.viewer(make.user("Member")),
        "author": make.viewer(db.get(User, author.id)),
        "board_moderator": make.board_moderator(board),
        "moderator": make.moderator(),
        "admin": make.admin(),
    }
    people = [viewer.member_id for viewer in viewers.values() if not viewer.is_guest]
    with transaction():
        db.add_all(
            Notification(user_id=user_id, kind=REPLY, actor_id=bystander.id, topic_id=topic.id, post_id=reply.id)
            for user_id in [*people, bystander.id]
        )
        for user_id in [*people, bystander.id]:
            db.get_one(User, user_id).unread_notification_count += 1
    forum = Forum(viewers, topic, reply, board, group)
    forum.ids = {
        "bystander": bystander.id,
        "moderator": post.id,
        "notification": db.scalars(sa.select(Notification.id).where(Notification.user_id == bystander.id)).one(),
        "sign_in": 1,
    }
    return forum


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """Every method and rule of the site but HEAD and OPTIONS, which follow GET."""
    return [
        (method, rule)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
    ]


def address(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    """The address of this very rule."""
    return str(rule.build(values, append_unknown=False)[1])  # type: ignore[index]


def ask(browser: Any, method: str, path: str, data: Any = None) -> Any:
    """Send a request as if it was the first of the hour."""
    throttle.open_throttle(None)
    return browser.open(path, method=method, data=data or {}, follow_redirects=False)


def is_let_through(answer: Any) -> bool:
    """Whether the viewer got to what they asked for, or to the point where only the form was wrong."""
    to_sign_in = answer.status_code in {302, 303} and "/sign-in/" in answer.headers.get("Location", "")
    return (answer.status_code < 400 or answer.status_code == 422) and not to_sign_in


def _own(db: Session, model: Any, user_id: int | None) -> int | None:
    return db.scalar(sa.select(model.id).where(model.user_id == user_id).limit(1)) if user_id else None
