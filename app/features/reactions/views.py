"""Reacting over HTTP, and the page that names who did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.addresses import post_url
from app.features.accounts.models import User
from app.features.accounts.sign_in import current_viewer
from app.features.posts.models import Post
from app.features.posts.queries import get_post
from app.features.reactions import actions, policy, queries
from app.features.reactions.forms import ReactionForm
from app.features.reactions.models import KINDS, Reaction
from app.features.topics.models import Topic
from app.kernel.db import MAX_ID, transaction
from app.kernel.errors import Invalid

bp = Blueprint("reactions", __name__)

PAGE = 100


@dataclass(frozen=True)
class ReactionsPage:
    """Who reacted to one post; `next` is where the following page begins."""

    post: Post
    topic: Topic
    reactions: Sequence[tuple[Reaction, User]]
    tallies: Sequence[queries.Tally]
    may_react: bool
    next: int | None

    @property
    def mine(self) -> str | None:
        return next((tally.kind for tally in self.tallies if tally.is_mine), None)

    @property
    def counts(self) -> Mapping[str, int]:
        return dict.fromkeys(KINDS, 0) | {tally.kind: tally.count for tally in self.tallies}


@bp.post("/post/<id:post_id>/react")
def react(post_id: int) -> ResponseReturnValue:
    viewer, form = current_viewer(), ReactionForm(request.form)
    post, topic = get_post(post_id, viewer)
    if not form.validate():
        raise Invalid(form.reaction.errors[0])

    with transaction():
        if form.withdraw.data:
            actions.withdraw(viewer, post, topic)
        else:
            actions.react(viewer, post, topic, form.reaction.data or "")
    return redirect(post_url(post.id), 303)


@bp.get("/post/<id:post_id>/reactions/")
def show(post_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    post, topic = get_post(post_id, viewer)
    after = request.args.get("after", 0, int)
    found = queries.page_of_reactions(post.id, after=min(max(after, 0), MAX_ID), limit=PAGE + 1)
    page = ReactionsPage(
        post=post,
        topic=topic,
        reactions=found[:PAGE],
        tallies=queries.tallies_by_post([post.id], viewer).get(post.id, ()),
        may_react=bool(policy.may_react(viewer, post, topic)),
        next=found[PAGE - 1][1].id if len(found) > PAGE else None,
    )
    return render_template("reactions/reactions.html", page=page)
