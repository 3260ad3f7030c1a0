"""Writing and changing posts over HTTP; all of it works as plain forms."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError

from app.addresses import board_url, post_url, topic_url
from app.features.accounts.sign_in import current_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import BoardFacts, get_board, tree
from app.features.posts import actions, policy, queries
from app.features.posts.forms import EditForm, OpeningForm, PostForm, ReplyForm, TopicForm
from app.features.posts.models import Post
from app.features.site.queries import settings
from app.features.topics import policy as topic_policy
from app.features.topics import queries as topics
from app.features.topics.models import Topic
from app.kernel import markup
from app.kernel.clock import now
from app.kernel.db import transaction
from app.kernel.errors import Changed, Forbidden, TooMany
from app.kernel.flash import flash
from app.kernel.routing import Ref
from app.kernel.throttle import check_limit
from app.kernel.verdict import require
from app.kernel.words import gettext as _

bp = Blueprint("posts", __name__)

REPLY_LIMIT = "20 per minute"
TOPIC_LIMIT = "10 per 10 minutes"
EDIT_LIMIT = "30 per 10 minutes"


@dataclass(frozen=True)
class ComposePage:
    """A page with one text field: for a topic, a reply or an edit."""

    heading: str
    action: str
    submit: str
    form: PostForm
    board: BoardFacts
    topic: Topic | None = None
    preview: Markup | None = None
    warning: str = ""
    new_posts: Sequence[Post] = field(default_factory=list)

    @property
    def crumbs(self) -> list[BoardFacts]:
        return [*tree().ancestors(self.board.id), self.board]

    @property
    def has_title(self) -> bool:
        return "title" in self.form

    @property
    def has_reason(self) -> bool:
        return "reason" in self.form


def new_key() -> str:
    return secrets.token_urlsafe(16)


def place_of(post: Post, topic: Topic) -> str:
    """Where the post stands right now: its page and anchor."""
    page = queries.page_of_post(post, settings().posts_per_page)
    return f"{topic_url(topic.id, topic.slug, page)}#post-{post.id}"


@bp.get("/new-topic/")
def choose_board() -> ResponseReturnValue:
    viewer = current_viewer()
    open_boards = [b for b in tree().boards if topic_policy.may_start_topic(viewer, b)]
    if not open_boards:
        raise Forbidden(_("Sign in to start a topic.") if viewer.is_guest else _("There is no board you may write in."))
    return render_template("posts/choose_board.html", boards=open_boards, tree=tree())


@bp.get("/board/<ref:board>/new-topic")
def new_topic(board: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    place = get_board(board.id, viewer)
    require(topic_policy.may_start_topic(viewer, place))
    return _compose(_topic_page(place, TopicForm(key=new_key())))


@bp.post("/board/<ref:board>/new-topic")
def create_topic(board: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    place = get_board(board.id, viewer)
    require(topic_policy.may_start_topic(viewer, place))
    form = TopicForm(request.form)

    if not form.validate():
        return _compose(_topic_page(place, form), 422)
    if "preview" in request.form:
        return _compose(_topic_page(place, form, preview=_preview(form)))

    key = actions.submission_key_of(form.key.data or "", f"{form.title.data}\0{form.body.data}")
    said = (form.title.data or "", form.body.data or "")
    earlier = queries.find_submitted(viewer, key) or queries.find_repeated_topic(viewer, place.id, *said)
    if earlier is not None:
        may_read = policy.may_read(viewer, earlier, earlier.topic)
        return redirect(topic_url(earlier.topic_id, earlier.topic.slug) if may_read else post_url(earlier.id), 303)
    try:
        _limit(viewer, "topic", TOPIC_LIMIT)
        with transaction():
            post = actions.start_topic(viewer, place, form.title.data or "", form.body.data or "", key)
    except TooMany as error:
        return _compose(_topic_page(place, form, warning=str(error.reason)), 429)
    except IntegrityError:
        twin = queries.find_submitted(viewer, key)
        if twin is None:
            raise
        post = twin
    return redirect(topic_url(post.topic_id, post.topic.slug), 303)


@bp.get("/topic/<ref:topic>/reply")
def new_reply(topic: Ref) -> ResponseReturnValue:
    """The reply form on a page of its own; `?quote=<post>` starts with that post's words."""
    viewer = current_viewer()
    found = topics.get_topic(topic.id, viewer)
    require(policy.may_reply(viewer, found))
    quoted = [
        queries.get_post(int(n), viewer)[0] for n in request.args.getlist("quote")[:5] if n.isdecimal() and len(n) < 10
    ]
    body = "".join(f"{_quote(post)}\n\n" for post in quoted)
    form = ReplyForm(key=new_key(), seen=found.last_post_id or 0, body=body)
    return _compose(_reply_page(found, viewer, form))


@bp.post("/topic/<ref:topic>/reply")
def create_reply(topic: Ref) -> ResponseReturnValue:
    viewer = current_viewer()
    found = topics.get_topic(topic.id, viewer)
    form = ReplyForm(request.form)
    key = actions.submission_key_of(form.key.data or "", form.body.data or "")
    earlier = queries.find_submitted(viewer, key) or queries.find_repeated_reply(viewer, found, form.body.data or "")
    if earlier is not None:
        may_read = policy.may_read(viewer, earlier, earlier.topic)
        return redirect(place_of(earlier, earlier.topic) if may_read else post_url(earlier.id), 303)
    require(policy.may_reply(viewer, found))

    if not form.validate():
        return _compose(_reply_page(found, viewer, form), 422)
    if "preview" in request.form:
        return _compose(_reply_page(found, viewer, form, preview=_preview(form)))
    new_posts = queries.new_posts_of_others(viewer, found, form.seen.data) if form.seen.data else []
    if new_posts:
        form.seen.data = new_posts[-1].id
        return _compose(_reply_page(found, viewer, form, new_posts=new_posts), 409)

    try:
        _limit(viewer, "reply", REPLY_LIMIT)
        with transaction():
            post = actions.reply(viewer, found, form.body.data or "", key)
    except TooMany as error:
        return _compose(_reply_page(found, viewer, form, warning=str(error.reason)), 429)
    return redirect(place_of(post, post.topic), 303)


@bp.get("/post/<id:post_id>/quote")
def quote(post_id: int) -> Response:
    """The post as a quote ready to insert, for the script of the reply form."""
    post, _topic = queries.get_post(post_id, current_viewer())
    return Response(f"{_quote(post)}\n\n", content_type="text/markdown; charset=utf-8")


@bp.get("/post/<id:post_id>/edit")
def edit(post_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    post, topic = queries.get_post(post_id, viewer)
    board = get_board(topic.board_id, viewer)
    require(policy.may_edit(viewer, post, topic, board, now()))
    kind = OpeningForm if post.id == topic.first_post_id else EditForm
    form = kind(body=post.source, title=topic.title, seen=post.edit_count)
    return _compose(_edit_page(post, topic, board, form))


@bp.post("/post/<id:post_id>/edit")
def save_edit(post_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    post, topic = queries.get_post(post_id, viewer)
    board = get_board(topic.board_id, viewer)
    require(policy.may_edit(viewer, post, topic, board, now()))
    is_opening = post.id == topic.first_post_id
    form = OpeningForm(request.form) if is_opening else EditForm(request.form)

    if not form.validate():
        return _compose(_edit_page(post, topic, board, form), 422)
    if "preview" in request.form:
        return _compose(_edit_page(post, topic, board, form, preview=_preview(form)))
    edit = actions.Edit(form.body.data or "", form.reason.data or "", form.seen.data)
    try:
        _limit(viewer, "edit", EDIT_LIMIT)
        with transaction():
            if isinstance(form, OpeningForm):
                edit = replace(edit, title=form.title.data or "")
                actions.edit_topic_opening(viewer, post, topic, board, edit)
            else:
                actions.edit_post(viewer, post, topic, board, edit)
    except TooMany as error:
        return _compose(_edit_page(post, topic, board, form, warning=str(error.reason)), 429)
    except Changed:
        return _compose(_changed_meanwhile(post_id, viewer, form), 409)
    flash(_("Your changes are saved."))
    return redirect(post_url(post_id), 303)


@bp.get("/post/<id:post_id>/delete")
def confirm_delete(post_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    post, topic = queries.get_post(post_id, viewer)
    require(policy.may_delete(viewer, post, topic, get_board(topic.board_id, viewer), now()))
    return render_template("posts/delete.html", post=post, topic=topic, html=Markup(post.html))  # noqa: S704


@bp.post("/post/<id:post_id>/delete")
def delete(post_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    post, topic = queries.get_post(post_id, viewer)
    board = get_board(topic.board_id, viewer)
    with transaction():
        actions.delete_own_post(viewer, post, topic, board)
    flash(_("Your post is deleted."))
    return redirect(topic_url(topic.id, topic.slug), 303)


@bp.get("/post/<id:post_id>/history")
def history(post_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    post, topic = queries.get_post(post_id, viewer)
    require(policy.may_see_revisions(viewer, topic))
    return render_template("posts/history.html", post=post, topic=topic, revisions=queries.revisions_of(post))


def _quote(post: Post) -> str:
    return markup.quote(post.source, _("%(name)s wrote", name=post.author.name), post_url(post.id))


def _preview(form: PostForm) -> Markup:
    return Markup(markup.render(form.body.data or "").html)  # noqa: S704


def _limit(viewer: Viewer, what: str, limit: str) -> None:
    if not viewer.is_staff:
        check_limit(what, str(viewer.id), limit)


def _topic_page(board: BoardFacts, form: TopicForm, *, preview: Markup | None = None, warning: str = "") -> ComposePage:
    return ComposePage(
        heading=_("Start new topic"),
        action=f"{board_url(board.id, board.slug)}new-topic",
        submit=_("Post topic"),
        form=form,
        board=board,
        preview=preview,
        warning=warning,
    )


def _reply_page(
    topic: Topic,
    viewer: Viewer,
    form: ReplyForm,
    *,
    preview: Markup | None = None,
    warning: str = "",
    new_posts: Sequence[Post] = (),
) -> ComposePage:
    return ComposePage(
        heading=_("Reply to this topic"),
        action=f"{topic_url(topic.id, topic.slug)}reply",
        submit=_("Submit Reply"),
        form=form,
        board=get_board(topic.board_id, viewer),
        topic=topic,
        preview=preview,
        warning=warning,
        new_posts=new_posts,
    )


def _edit_page(
    post: Post, topic: Topic, board: BoardFacts, form: EditForm, *, preview: Markup | None = None, warning: str = ""
) -> ComposePage:
    return ComposePage(
        heading=_("Edit post"),
        action=f"{post_url(post.id)}edit",
        submit=_("Save changes"),
        form=form,
        board=board,
        topic=topic,
        preview=preview,
        warning=warning,
    )


def _changed_meanwhile(post_id: int, viewer: Viewer, form: EditForm) -> ComposePage:
    """The editor again, with what somebody else made of the post shown beside the writer's own text."""
    post, topic = queries.get_post(post_id, viewer)
    form.seen.data = post.edit_count
    warning = _(
        "This post was edited by somebody else while you were writing. Its text now is shown below yours; saving again replaces it."
    )
    board = get_board(topic.board_id, viewer)
    return _edit_page(post, topic, board, form, warning=warning, preview=Markup(post.html))  # noqa: S704


def _compose(page: ComposePage, status: int = 200) -> Response:
    if not page.form.key.data:
        page.form.key.data = new_key()
    return make_response(render_template("posts/compose.html", page=page), status)
