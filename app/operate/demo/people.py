"""The members of the demo: those with a password can sign in, nobody knows the others'."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa

from app.features.accounts import granting, names, passwords
from app.features.accounts.actions import create_member
from app.features.accounts.models import ADMINISTRATORS, MEMBERS, MODERATORS, Membership, User
from app.features.posts.models import Post
from app.features.topics.models import TopicRead
from app.kernel.db import session
from app.kernel.slugs import slugify
from app.operate.demo import script
from app.operate.demo.stage import Stage

GROUPS = {"admin": ADMINISTRATORS, "moderator": MODERATORS, "member": MEMBERS}
READ_UNTIL_DAYS = 6
WARDENS = "Wardens"


def arrive(stage: Stage) -> None:
    nobody_knows = passwords.hash_password(secrets.token_urlsafe(32))
    for person in script.read_people():
        slug = slugify(person["name"])
        email = f"{slug}@harbour.example"
        if "password" in person:
            user = create_member(person["name"], email, person["password"], GROUPS[person["role"]])
        else:
            user = User(
                name=person["name"],
                name_key=names.fold(person["name"]),
                slug=slug,
                email=email,
                email_key=names.fold_email(email),
                password_hash=nobody_knows,
                group_id=MEMBERS,
                preferences={},
            )
            session.add(user)
        user.about, user.location = person["about"], person["location"]
        user.created_at = user.agreed_at = stage.ago(script.age(person["joined"]))
        session.flush()
        stage.people[person["name"].casefold()] = user
    _appoint_wardens(stage)


def _appoint_wardens(stage: Stage) -> None:
    group = granting.add_group(stage.viewer("Asha"), name=WARDENS, title="Warden", is_team=True, is_admin=False)
    for person in script.read_people():
        if person.get("group") == WARDENS:
            session.add(Membership(user_id=stage.user(person["name"]).id, group_id=group.id))
    session.flush()
    stage.warden_group_id = group.id


def settle_in(stage: Stage) -> None:
    """When everyone was last seen, and how far those who can sign in have read."""
    last_posts: dict[int, datetime] = {}
    for told in stage.told:
        for post in told.posts:
            last_posts[post.author_id] = max(post.created_at, last_posts.get(post.author_id, post.created_at))
    read_until = session.scalar(
        sa.select(sa.func.max(Post.id)).where(Post.created_at < stage.ago(script.age(f"{READ_UNTIL_DAYS}d")))
    )
    for user in stage.people.values():
        user.last_seen_at = last_posts.get(user.id, user.created_at)
        user.read_up_to_post_id = read_until or 0
    session.flush()

    for told in stage.told:
        own = {line.name.casefold(): post for line, post in zip(told.talk.lines, told.posts, strict=True)}
        for name, post in own.items():
            row = TopicRead(
                user_id=stage.user(name).id, topic_id=told.topic.id, post_id=post.id, read_at=post.created_at
            )
            session.add(row)
    session.flush()
