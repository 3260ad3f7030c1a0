"""Acts on chosen posts: some at once, some after a page that asks for more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from app.addresses import post_url, topic_url
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import tree
from app.features.moderation import actions, policy
from app.features.moderation.forms import ReasonForm, RecommendForm, SplitForm
from app.features.moderation.queries import find_topic_at
from app.features.moderation.views import choosing
from app.features.moderation.views.choosing import ConfirmPage, Item
from app.features.posts.models import Post
from app.features.posts.queries import posts_by_id
from app.features.topics import policy as topic_policy
from app.features.topics.models import Topic
from app.kernel.db import transaction
from app.kernel.errors import Forbidden, Invalid, NotFound, StoaError
from app.kernel.flash import flash
from app.kernel.verdict import Verdict, require
from app.kernel.words import gettext as _
from app.kernel.words import ngettext

bp = Blueprint("moderation_posts", __name__)

Act = Callable[[Viewer, Collection[Post], str], Sequence[Post]]
AT_ONCE: Mapping[str, Act] = {
    "restore": actions.restore_posts,
    "unrecommend": actions.withdraw_recommendations,
}
REMOVALS: Mapping[str, Act] = {"hide": actions.hide_posts, "delete": actions.delete_posts}


@dataclass(frozen=True)
class _Asking:
    """What the page says that asks before an act."""

    heading: str
    explanation: str
    submit: str
    may: Callable[[Viewer, Post], Verdict]
    is_danger: bool = False


@bp.post("/moderation/posts")
def act_on_posts() -> ResponseReturnValue:
    viewer = current_viewer()
    require(policy.may_enter(viewer))
    do = request.form.get("do", "")
    if do == "keep":
        return choosing.keep_and_return(viewer, "post")
    if do == "clear":
        return choosing.clear_and_return(viewer, "post")
    if do not in {*AT_ONCE, *REMOVALS, "recommend", "split", "merge"}:
        raise StoaError
    ids = choosing.chosen_ids(viewer, "post")
    if not ids:
        return choosing.nothing_chosen()

    chosen = _load(viewer, ids)
    if not chosen:
        raise NotFound
    for post in chosen:
        require(topic_policy.may_moderate(viewer, post.topic))
    if do in AT_ONCE:
        return _do_at_once(viewer, do, chosen)
    if do in REMOVALS:
        return _remove(viewer, do, chosen)
    return _recommend(viewer, chosen) if do == "recommend" else _split(viewer, do, chosen)


def _load(viewer: Viewer, ids: Collection[int]) -> list[Post]:
    return sorted(posts_by_id(ids, viewer).values(), key=lambda post: (post.created_at, post.id))


def _do_at_once(viewer: Viewer, do: str, chosen: Sequence[Post]) -> ResponseReturnValue:
    reason = choosing.reason_sent()
    with transaction():
        changed = AT_ONCE[do](viewer, chosen, reason)
        actions.untick(viewer, "post", [post.id for post in chosen])
    return _done(do, changed, chosen)


def _remove(viewer: Viewer, do: str, chosen: Sequence[Post]) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if "confirmed" not in request.form or not form.validate():
        return _ask(viewer, do, chosen, form)

    try:
        with transaction():
            changed = REMOVALS[do](viewer, chosen, form.reason.data or "")
            actions.untick(viewer, "post", [post.id for post in chosen])
    except Forbidden as error:
        return _ask(viewer, do, _load(viewer, [post.id for post in chosen]), form, error)
    return _done(do, changed, chosen)


def _recommend(viewer: Viewer, chosen: Sequence[Post]) -> ResponseReturnValue:
    form = RecommendForm(request.form)
    if "confirmed" not in request.form or not form.validate():
        return _ask(viewer, "recommend", chosen, form)

    try:
        with transaction():
            changed = actions.recommend_posts(viewer, chosen, form.note.data or "")
            actions.untick(viewer, "post", [post.id for post in chosen])
    except Forbidden as error:
        return _ask(viewer, "recommend", _load(viewer, [post.id for post in chosen]), form, error)
    return _done("recommend", changed, chosen)


def _split(viewer: Viewer, do: str, chosen: Sequence[Post]) -> ResponseReturnValue:
    form = SplitForm(request.form)
    form.boards = choosing.boards_to_put_into(viewer)
    if "confirmed" not in request.form:
        form.board.data = chosen[0].topic.board_id
        form.to.data = "existing" if do == "merge" else "new"
        return _ask(viewer, do, chosen, form)
    if not form.validate():
        return _ask(viewer, do, chosen, form)

    try:
        with transaction():
            target = _put(viewer, chosen, form)
            actions.untick(viewer, "post", [post.id for post in chosen])
    except (Forbidden, Invalid) as error:
        return _ask(viewer, do, _load(viewer, [post.id for post in chosen]), form, error)
    flash(_said("split", len(chosen)))
    return redirect(topic_url(target.id, target.slug), 303)


def _put(viewer: Viewer, chosen: Sequence[Post], form: SplitForm) -> Topic:
    reason = form.reason.data or ""
    if form.to.data == "new":
        assert form.board.data is not None
        board = tree().by_id[form.board.data]
        return actions.split_into_new_topic(viewer, chosen, board, form.title.data or "", reason)
    target = find_topic_at(form.address.data or "", viewer)
    if target is None:
        raise Invalid(_("There is no such topic, or you may not read it."), "address")
    return actions.split_into_topic(viewer, chosen, target, reason)


def _done(do: str, changed: Sequence[Post], chosen: Sequence[Post]) -> ResponseReturnValue:
    if changed:
        flash(_said(do, len(changed)))
    else:
        flash(_("Nothing had to be changed."), "warn")
    back, place = choosing.way_back(""), post_url(chosen[-1].id)
    # What is hidden may have been all of a topic's last page, which then is no more.
    return redirect(place if not back or "/page/" in back else back, 303)


def _ask(
    viewer: Viewer, do: str, chosen: Sequence[Post], form: Form, error: Forbidden | Invalid | None = None
) -> ResponseReturnValue:
    if "confirmed" not in request.form:
        choosing.keep(viewer, "post")
    asking = _asking(do, len(chosen))
    items = [
        Item(
            id=post.id,
            title=post.topic.title,
            href=post_url(post.id),
            by=post.author.name,
            excerpt=post.excerpt,
            verdict=asking.may(viewer, post),
        )
        for post in chosen
    ]
    page = ConfirmPage(
        kind="post",
        do=do,
        heading=asking.heading,
        explanation=asking.explanation,
        submit=asking.submit,
        is_danger=asking.is_danger,
        items=items,
        form=form,
        next=choosing.way_back(items[0].href if items else "/"),
    )
    return choosing.ask(page, error)


def _may_hide(viewer: Viewer, post: Post) -> Verdict:
    return policy.may_hide_post(viewer, post, post.topic)


def _may_recommend(viewer: Viewer, post: Post) -> Verdict:
    return policy.may_recommend(viewer, post, post.topic)


def _may_take(viewer: Viewer, post: Post) -> Verdict:
    return policy.may_take_posts(viewer, post.topic)


def _asking(do: str, count: int) -> _Asking:
    if do == "hide":
        return _Asking(
            heading=ngettext("Hide this post?", "Hide these posts?", count),
            explanation=_("Only moderators will see it, until it is restored. Its address is kept."),
            submit=_("Hide"),
            may=_may_hide,
        )
    if do == "delete":
        return _Asking(
            heading=ngettext("Delete this post?", "Delete these posts?", count),
            explanation=_("It can be restored for 30 days. After that it is removed for good."),
            submit=_("Delete"),
            may=_may_hide,
            is_danger=True,
        )
    if do == "recommend":
        return _Asking(
            heading=ngettext("Recommend this reply", "Recommend these replies", count),
            explanation=_("It will stand first on every page of its topic."),
            submit=_("Recommend"),
            may=_may_recommend,
        )
    return _Asking(
        heading=ngettext("Move this post to another topic", "Move these posts to another topic", count),
        explanation=_("Posts keep their time and their address."),
        submit=_("Move"),
        may=_may_take,
    )


def _said(do: str, count: int) -> str:
    said = {
        "hide": ngettext("The post is hidden.", "%(num)d posts are hidden.", count),
        "restore": ngettext("The post is restored.", "%(num)d posts are restored.", count),
        "delete": ngettext("The post is deleted.", "%(num)d posts are deleted.", count),
        "recommend": ngettext("The reply is recommended.", "%(num)d replies are recommended.", count),
        "unrecommend": ngettext("The recommendation is withdrawn.", "%(num)d recommendations are withdrawn.", count),
        "split": ngettext(
            "The post is moved. This is its topic now.", "%(num)d posts are moved. This is their topic now.", count
        ),
    }
    return said[do]
