"""What everybody may know about a member, and what they wrote that the viewer may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.addresses import profile_url
from app.features.accounts.models import User
from app.features.accounts.preferences import from_mapping
from app.features.accounts.queries import get_user
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts, tree
from app.features.follows import policy as follow_policy
from app.features.follows.queries import FollowTarget, find_wish
from app.features.posts.models import Post
from app.features.posts.queries import posts_of
from app.kernel.cache.pages import shows
from app.kernel.db import MAX_ID
from app.kernel.routing import Ref
from app.pages.guests import SHARED_SECONDS

bp = Blueprint("profile", __name__)

SIZE = 20


@dataclass(frozen=True)
class ActivityItem:
    """A post and where it stands."""

    post: Post
    board: BoardFacts
    is_first: bool


@dataclass(frozen=True)
class ProfilePage:
    """`older` is the post id before which the next page begins; `is_part` says that this is not the profile as it opens."""

    user: User
    address: str
    is_own: bool
    is_shown_present: bool
    target: FollowTarget
    only_topics: bool
    items: Sequence[ActivityItem]
    is_part: bool
    older: int | None
    site_url: str

    @property
    def tags(self) -> set[str]:
        """What is shown, as the tags that say when it changes (`app/freshness.py`)."""
        posts = [item.post for item in self.items]
        return {f"user:{self.user.id}", *(f"topic:{post.topic_id}" for post in posts)}

    @property
    def older_address(self) -> str:
        return f"{self.address}?{'tab=topics&' if self.only_topics else ''}before={self.older}"


@bp.get("/profile/<ref:member>/")
def show(member: Ref) -> ResponseReturnValue:
    user = get_user(member.id)
    address = profile_url(user.id, user.slug)
    if member.slug != user.slug:
        query = request.query_string.decode("ascii", "ignore")
        return redirect(f"{address}?{query}" if query else address, 301)
    page = load_profile_page(current_viewer(), user, address)
    shows(*page.tags, seconds=SHARED_SECONDS)
    return render_template("pages/profile.html", page=page)


def load_profile_page(viewer: Viewer, user: User, address: str) -> ProfilePage:
    only_topics = request.args.get("tab") == "topics"
    before = _before()
    found = posts_of(user.id, viewer, before=before, only_first=only_topics, limit=SIZE + 1)
    boards = tree().by_id
    return ProfilePage(
        user=user,
        address=address,
        is_own=viewer.id == user.id,
        is_shown_present=from_mapping(user.preferences).is_shown_present,
        target=FollowTarget(
            kind="member",
            url=address,
            follow=find_wish(viewer, member_id=user.id),
            count=user.follower_count,
            may_follow=follow_policy.may_follow_member(viewer, user.id),
        ),
        only_topics=only_topics,
        items=[
            ActivityItem(post, boards[post.topic.board_id], is_first=post.id == post.topic.first_post_id)
            for post in found[:SIZE]
        ],
        is_part=only_topics or before is not None,
        older=found[SIZE - 1].id if len(found) > SIZE else None,
        site_url=current_app.config["STOA"].address,
    )


def _before() -> int | None:
    asked = request.args.get("before", "")
    return int(asked) if asked.isdecimal() and len(asked) < 11 and int(asked) <= MAX_ID else None
