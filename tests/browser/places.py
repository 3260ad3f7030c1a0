"""Every kind of page, and who comes to see it. Kinds that follow from a form are reached by sending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page, Response

from tests.browser.content import Content

ROLES = ("guest", "member", "moderator", "admin")

# A form as any page could hold it, sent by the browser itself. It works without scripts of the page.
SEND = """([path, fields]) => {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = path;
  for (const [name, value] of fields) {
    const field = document.createElement('textarea');
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


@dataclass(frozen=True)
class Place:
    """`is_main`: looked at with its menus open and with large text, too."""

    name: str
    path: str
    fields: tuple[tuple[str, str], ...] = ()
    status: int = 200
    is_main: bool = False


def places(at: Content) -> Mapping[str, list[Place]]:
    """Pages by the role that sees them."""
    reply = (("body", "A word."), ("key", "k-1"))
    return {
        "guest": [
            Place("index", "/", is_main=True),
            Place("board", at.board, is_main=True),
            Place("second page of a board", f"{at.board}page/2/"),
            Place("empty board", at.empty_board),
            Place("thread", at.thread, is_main=True),
            Place("second page of a thread", f"{at.thread}page/2/"),
            Place("locked thread", at.locked_thread),
            Place("followers", f"{at.thread}followers"),
            Place("latest", "/activity/"),
            Place("sign in", "/sign-in/", is_main=True),
            Place("sign in refused", "/sign-in/", (("login", "nobody"), ("password", "not the right one")), 422),
            Place("register", "/register/", is_main=True),
            Place("register refused", "/register/", (("name", "<x>"), ("email", "x"), ("password", "short")), 422),
            Place("sign in first", f"{at.thread}reply", (*reply, ("seen", "0")), 403),
            Place("profile", f"/profile/{at.ann}-ann-reyes/", is_main=True),
            Place("profile's topics", f"/profile/{at.ann}-ann-reyes/?tab=topics"),
            Place("search", "/search/", is_main=True),
            Place("found", "/search/?q=ferry+OR+left&by=&titles=", is_main=True),
            Place("nothing found", "/search/?q=nothingtofind&board=&after=2020-01-01"),
            Place("search refused", "/search/?q=words&after=soon&by=nobody+of+this+name", status=422),
            Place("privacy", "/privacy/"),
            Place("rules", "/rules/"),
            Place("contact", "/contact/"),
            Place("not found", "/board/999999-nothing/", status=404),
        ],
        "member": [
            Place("index", "/"),
            Place("board", at.board),
            Place("thread", at.thread, is_main=True),
            Place("own thread", at.locked_thread),
            Place("unread", "/unread/"),
            Place("choose a board", "/new-topic/"),
            Place("new topic", f"{at.board}new-topic", is_main=True),
            Place("new topic refused", f"{at.board}new-topic", (("title", ""), ("body", " ")), 422),
            Place("reply", f"{at.thread}reply?quote={at.other_post}", is_main=True),
            Place("preview", f"{at.thread}reply", (("body", "**Soon.**"), ("key", "k-2"), ("preview", "1"))),
            Place("replies came in", f"{at.thread}reply", (*reply, ("seen", "1")), 409),
            Place("edit", f"/post/{at.own_post}/edit"),
            Place("delete", f"/post/{at.own_post}/delete"),
            Place("report", f"/post/{at.other_post}/report"),
            Place("reactions", f"/post/{at.edited_post}/reactions/"),
            Place("notifications", "/notifications/", is_main=True),
            Place("own profile", f"/profile/{at.ann}-ann-reyes/"),
            Place("profile of another", f"/profile/{at.bram}-bram-okafor/"),
            Place("settings", "/settings/", is_main=True),
            Place("account", "/settings/account/"),
            Place("appearance", "/settings/appearance/"),
            Place("reading", "/settings/reading/"),
            Place("follows", "/settings/follows/"),
            Place("sign out", "/sign-out/"),
            Place("confirm", "/sign-in/confirm/"),
            Place("not allowed", "/moderation/", status=403),
        ],
        "moderator": [
            Place("board", at.board, is_main=True),
            Place("thread", at.thread, is_main=True),
            Place("hidden thread", at.hidden_thread),
            Place("moderation", "/moderation/", is_main=True),
            Place("log", "/moderation/log/"),
            Place("open reports", "/moderation/reports/"),
            Place("closed reports", "/moderation/reports/?state=closed"),
            Place("history", f"/post/{at.own_post}/history"),
            Place("edit another's post", f"/post/{at.other_post}/edit"),
            Place("hide", "/moderation/posts", (("post", str(at.other_post)), ("do", "hide"), ("only", "1"))),
            Place("recommend", "/moderation/posts", (("post", str(at.other_post)), ("do", "recommend"), ("only", "1"))),
            Place("split", "/moderation/posts", (("post", str(at.other_post)), ("do", "split"), ("only", "1"))),
            Place("merge posts", "/moderation/posts", (("post", str(at.other_post)), ("do", "merge"), ("only", "1"))),
            Place("move", "/moderation/topics", (("topic", at.topic_id), ("do", "move"), ("only", "1"))),
            Place("merge", "/moderation/topics", (("topic", at.topic_id), ("do", "merge"), ("only", "1"))),
            Place("hide topic", "/moderation/topics", (("topic", at.topic_id), ("do", "hide"), ("only", "1"))),
        ],
        "admin": [
            Place("thread", at.short_thread),
            Place("overview", "/admin/", is_main=True),
            Place("boards", "/admin/boards/", is_main=True),
            Place("new board", "/admin/boards/new"),
            Place("new category", "/admin/boards/new?category"),
            Place("new board refused", "/admin/boards/new", (("name", ""),), 422),
            Place("board", f"/admin/boards/{at.board_id}/edit"),
            Place("permissions", f"/admin/boards/{at.board_id}/permissions", is_main=True),
            Place("delete board", f"/admin/boards/{at.board_id}/delete"),
            Place("moderators", "/admin/moderators/"),
            Place("groups", "/admin/groups/"),
            Place("new group", "/admin/groups/new"),
            Place("group", "/admin/groups/2/"),
            Place("members", "/admin/members/"),
            Place("member", f"/admin/members/{at.ann}/"),
            Place("site settings", "/admin/settings/"),
            Place("site settings refused", "/admin/settings/", (("name", ""), ("posts_per_page", "3")), 422),
        ],
    }


def who(role: str, at: Content) -> int | None:
    return {"guest": None, "member": at.ann, "moderator": at.mo, "admin": at.asha}[role]


def go(tab: Page, place: Place) -> Response:
    """Come to the page; gives the server's answer."""
    if not place.fields:
        answer = tab.goto(place.path)
    else:
        if tab.url == "about:blank":
            tab.goto("/healthz")
        with tab.expect_navigation() as arrival:
            tab.evaluate(SEND, [place.path, place.fields])
        answer = arrival.value
    assert answer is not None
    return answer
