"""Acts on chosen topics: some at once, some after a page that asks for more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from app.addresses import topic_url
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import tree
from app.features.moderation import actions, policy
from app.features.moderation.forms import MergeForm, MoveForm, ReasonForm
from app.features.moderation.queries import find_topic_at
from app.features.moderation.views import choosing
from app.features.moderation.views.choosing import ConfirmPage, Item
from app.features.topics import policy as topic_policy
from app.features.topics.models import Topic
from app.features.topics.queries import topics_by_id
from app.kernel.db import transaction
from app.kernel.errors import Forbidden, Invalid, NotFound, StoaError
from app.kernel.flash import flash
from app.kernel.verdict import Verdict, require
from app.kernel.words import gettext as _
from app.kernel.words import ngettext

bp = Blueprint("moderation_topics", __name__)

Act = Callable[[Viewer, Collection[Topic], str], Sequence[Topic]]
AT_ONCE: Mapping[str, Act] = {
    "pin": actions.pin_topics,
    "unpin": actions.unpin_topics,
    "feature": actions.feature_topics,
    "unfeature": actions.unfeature_topics,
    "lock": actions.lock_topics,
    "unlock": actions.unlock_topics,
    "restore": actions.restore_topics,
}
REMOVALS: Mapping[str, Act] = {"hide": actions.hide_topics, "delete": actions.delete_topics}


@dataclass(frozen=True)
class _Asking:
    """What the page says that asks before an act."""

    heading: str
    explanation: str
    submit: str
    may: Callable[[Viewer, Topic], Verdict]
    is_danger: bool = False


@bp.post("/moderation/topics")
def act_on_topics() -> ResponseReturnValue:
    viewer = current_viewer()
    require(policy.may_enter(viewer))
    do = request.form.get("do", "")
    if do == "keep":
        return choosing.keep_and_return(viewer, "topic")
    if do == "clear":
        return choosing.clear_and_return(viewer, "topic")
    if do not in {*AT_ONCE, *REMOVALS, "move", "merge"}:
        raise StoaError
    ids = choosing.chosen_ids(viewer, "topic")
    if not ids:
        return choosing.nothing_chosen()

    chosen = list(topics_by_id(ids, viewer).values())
    if not chosen:
        raise NotFound
    for topic in chosen:
        require(topic_policy.may_moderate(viewer, topic))
    if do in AT_ONCE:
        return _do_at_once(viewer, do, chosen)
    if do in REMOVALS:
        return _remove(viewer, do, chosen)
    return _move(viewer, chosen) if do == "move" else _merge(viewer, chosen)


def _do_at_once(viewer: Viewer, do: str, chosen: Sequence[Topic]) -> ResponseReturnValue:
    reason = choosing.reason_sent()
    with transaction():
        changed = AT_ONCE[do](viewer, chosen, reason)
        actions.untick(viewer, "topic", [topic.id for topic in chosen])
    return _done(do, changed, chosen)


def _remove(viewer: Viewer, do: str, chosen: Sequence[Topic]) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if "confirmed" not in request.form or not form.validate():
        return _ask(viewer, do, chosen, form)

    with transaction():
        changed = REMOVALS[do](viewer, chosen, form.reason.data or "")
        actions.untick(viewer, "topic", [topic.id for topic in chosen])
    return _done(do, changed, chosen)


def _move(viewer: Viewer, chosen: Sequence[Topic]) -> ResponseReturnValue:
    form = MoveForm(request.form)
    form.boards = choosing.boards_to_put_into(viewer)
    if "confirmed" not in request.form or not form.validate():
        return _ask(viewer, "move", chosen, form)

    assert form.board.data is not None
    board = tree().by_id[form.board.data]
    try:
        with transaction():
            actions.move_topics(viewer, chosen, board, leave_link=form.leave_link.data, reason=form.reason.data or "")
            actions.untick(viewer, "topic", [topic.id for topic in chosen])
    except (Forbidden, Invalid) as error:
        return _ask(viewer, "move", _again(viewer, chosen), form, error)
    return _done("move", chosen, chosen)


def _merge(viewer: Viewer, chosen: Sequence[Topic]) -> ResponseReturnValue:
    form = MergeForm(request.form)
    form.topics = {topic.id: topic.title for topic in chosen if policy.may_take_posts(viewer, topic)}
    if "confirmed" not in request.form or not form.validate():
        return _ask(viewer, "merge", chosen, form)

    try:
        with transaction():
            target = _target_of(viewer, chosen, form)
            sources = [topic for topic in chosen if topic.id != target.id]
            actions.merge_topics(viewer, sources, target, form.reason.data or "")
            actions.untick(viewer, "topic", [topic.id for topic in chosen])
    except (Forbidden, Invalid) as error:
        return _ask(viewer, "merge", _again(viewer, chosen), form, error)
    flash(_said("merge", len(sources)))
    return redirect(topic_url(target.id, target.slug), 303)


def _target_of(viewer: Viewer, chosen: Sequence[Topic], form: MergeForm) -> Topic:
    """The topic that stays. Raises Invalid when there is none, or nothing to merge into it."""
    if form.into.data is not None:
        found = next((topic for topic in chosen if topic.id == form.into.data), None)
    else:
        found = find_topic_at(form.address.data or "", viewer)
    if found is None:
        raise Invalid(_("There is no such topic, or you may not read it."), "address")
    if all(topic.id == found.id for topic in chosen):
        raise Invalid(_("A topic cannot be merged with itself."), "address")
    return found


def _again(viewer: Viewer, chosen: Sequence[Topic]) -> list[Topic]:
    """The same topics as they are after a transaction that failed."""
    return list(topics_by_id([topic.id for topic in chosen], viewer).values())


def _done(do: str, changed: Sequence[Topic], chosen: Sequence[Topic]) -> ResponseReturnValue:
    if changed:
        flash(_said(do, len(changed)))
    else:
        flash(_("Nothing had to be changed."), "warn")
    first = chosen[0]
    back = choosing.way_back(topic_url(first.id, first.slug))
    # What is moved may have been all of a list's last page, which then is no more.
    return redirect(back.partition("page/")[0] if do == "move" else back, 303)


def _ask(
    viewer: Viewer, do: str, chosen: Sequence[Topic], form: Form, error: Forbidden | Invalid | None = None
) -> ResponseReturnValue:
    if "confirmed" not in request.form:
        choosing.keep(viewer, "topic")
    asking = _asking(do, len(chosen))
    boards = tree().by_id
    items = [
        Item(
            id=topic.id,
            title=topic.title,
            href=topic_url(topic.id, topic.slug),
            by=ngettext(
                "%(num)d post in %(board)s",
                "%(num)d posts in %(board)s",
                topic.post_count,
                board=boards[topic.board_id].name,
            ),
            excerpt="",
            verdict=asking.may(viewer, topic),
        )
        for topic in sorted(chosen, key=lambda t: t.id)
    ]
    page = ConfirmPage(
        kind="topic",
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


def _asking(do: str, count: int) -> _Asking:
    if do == "hide":
        return _Asking(
            heading=ngettext("Hide this topic?", "Hide these topics?", count),
            explanation=_("Only moderators will see it, until it is restored. All addresses are kept."),
            submit=_("Hide"),
            may=policy.may_change_topic,
        )
    if do == "delete":
        return _Asking(
            heading=ngettext("Delete this topic?", "Delete these topics?", count),
            explanation=_("It can be restored for 30 days. After that it is removed for good."),
            submit=_("Delete"),
            may=policy.may_delete_topic,
            is_danger=True,
        )
    if do == "move":
        return _Asking(
            heading=ngettext("Move this topic", "Move these topics", count),
            explanation=_("All addresses are kept. Whoever may not read the new board will not see it any more."),
            submit=_("Move"),
            may=policy.may_change_topic,
        )
    return _Asking(
        heading=ngettext("Merge this topic into another", "Merge these topics", count),
        explanation=_("The posts stand together in order of time. Old addresses lead to the topic that stays."),
        submit=_("Merge"),
        may=policy.may_take_posts,
    )


def _said(do: str, count: int) -> str:
    said = {
        "pin": ngettext("The topic is pinned.", "%(num)d topics are pinned.", count),
        "unpin": ngettext("The topic is no longer pinned.", "%(num)d topics are no longer pinned.", count),
        "feature": ngettext("The topic is featured.", "%(num)d topics are featured.", count),
        "unfeature": ngettext("The topic is no longer featured.", "%(num)d topics are no longer featured.", count),
        "lock": ngettext("The topic is locked.", "%(num)d topics are locked.", count),
        "unlock": ngettext("The topic is open again.", "%(num)d topics are open again.", count),
        "hide": ngettext("The topic is hidden.", "%(num)d topics are hidden.", count),
        "restore": ngettext("The topic is restored.", "%(num)d topics are restored.", count),
        "delete": ngettext("The topic is deleted.", "%(num)d topics are deleted.", count),
        "move": ngettext("The topic is moved.", "%(num)d topics are moved.", count),
        "merge": ngettext("The topic is merged.", "%(num)d topics are merged.", count),
    }
    return said[do]
