"""Pages guests share: never old, never a member's, and never what a visitor made of them."""

from __future__ import annotations

import gzip
import re

import pytest
import sqlalchemy as sa

from app.addresses import board_url, profile_url, topic_url
from app.features.accounts import granting
from app.features.accounts.actions import settings as own_settings
from app.features.accounts.models import GUESTS, MODERATORS, Right, User
from app.features.accounts.seen import flush_seen
from app.features.boards import actions as boards
from app.features.boards.actions import Draft
from app.features.follows import actions as follows
from app.features.follows import queries as follow_queries
from app.features.moderation import actions as moderation
from app.features.posts import actions as posts
from app.features.posts.actions.change import Edit
from app.features.posts.models import Post
from app.features.ratings import actions as ratings
from app.features.reactions import actions as reactions
from app.features.site.actions import store_settings
from app.features.topics import actions as topic_actions
from app.features.topics.counting import _views, flush_views
from app.features.topics.models import Topic
from app.kernel.cache.changes import changed
from app.kernel.cache.copies import EVERYTHING
from app.kernel.db import transaction
from tests import make

REFERENCE = re.compile(r"Reference: \w+")


class Forum:
    """Two boards, three topics, four people, and every page guests may share of it."""

    def __init__(self, db):
        self.db = db
        self.near, self.far = make.board("Harbour"), make.board("Hills")
        self.ann, self.ben = make.viewer(make.user("Ann")), make.viewer(make.user("Ben"))
        self.mod, self.admin = make.moderator("Mo"), make.admin("Ada")
        self.topic = make.topic(self.near, self.ann, title="Nets and knots", replies=2)
        self.other = make.topic(self.near, self.ben, title="Tide tables")
        self.remote = make.topic(self.far, self.ben, title="Sheep on the road")
        make.reply(self.topic, self.ben, "Bowline, always.")
        self.harbour, self.hills = make.facts(self.near, self.admin), make.facts(self.far, self.admin)

    @property
    def addresses(self):
        topics = self.db.query(Topic).order_by(Topic.id).all()
        return [
            "/",
            "/activity/",
            *(board_url(board.id, board.slug) for board in (self.near, self.far)),
            *(topic_url(topic.id, topic.slug) for topic in topics),
            *(profile_url(who.id, who.slug) for who in self.db.query(User).order_by(User.id)),
        ]

    def post(self, number=-1, topic=None):
        shown = self.db.query(Post).filter_by(topic_id=(topic or self.topic).id).order_by(Post.position, Post.id)
        return shown.all()[number]

    def shown(self, guest):
        """What a guest reads at every address; the reference of an error page is new each time."""
        return {address: REFERENCE.sub("", guest.get(address).text) for address in self.addresses}


def edit(forum):
    post = forum.post()
    posts.edit_post(forum.ben, post, forum.topic, forum.harbour, Edit("Figure eight, sometimes.", "", post.edit_count))


ACTS = {
    "a reply": lambda f: posts.reply(f.ann, f.topic, "Sheet bend for two ropes."),
    "a topic": lambda f: posts.start_topic(f.ann, f.harbour, "Paint for the mole", "Red or green?"),
    "an edit": edit,
    "a reaction": lambda f: reactions.react(f.ann, f.post(), f.topic, "heart"),
    "a rating": lambda f: ratings.rate(f.ann, f.other, 4),
    "a follow of a topic": lambda f: follows.follow_topic(f.ann, f.other, frequency="daily", is_anonymous=False),
    "a follow of a board": lambda f: follows.follow_board(f.ann, f.harbour, frequency="daily", is_anonymous=False),
    "a follow of a member": lambda f: follows.follow_member(
        f.ann, f.ben.member_id, frequency="daily", is_anonymous=False
    ),
    "a hidden post": lambda f: moderation.hide_posts(f.mod, [f.post()]),
    "a deleted post": lambda f: moderation.delete_posts(f.mod, [f.post(1)]),
    "a recommended post": lambda f: moderation.recommend_posts(f.mod, [f.post(1)], "Well said"),
    "a hidden topic": lambda f: moderation.hide_topics(f.mod, [f.topic]),
    "a deleted topic": lambda f: moderation.delete_topics(f.mod, [f.topic]),
    "a pinned topic": lambda f: moderation.pin_topics(f.mod, [f.topic]),
    "a locked topic": lambda f: moderation.lock_topics(f.mod, [f.topic]),
    "a featured topic": lambda f: moderation.feature_topics(f.mod, [f.topic]),
    "a moved topic": lambda f: moderation.move_topics(
        f.mod, [f.topic], f.hills, leave_link=True, reason="It is about hills"
    ),
    "a merge": lambda f: moderation.merge_topics(f.mod, [f.topic], f.other),
    "a split": lambda f: moderation.split_into_topic(f.mod, [f.post(2)], f.remote),
    "a renamed board": lambda f: boards.edit_board(f.admin, f.near.id, Draft(name="Quay")),
    "a closed board": lambda f: boards.permit(f.admin, f.near.id, {GUESTS: Right(0)}),
    "a new announcement": lambda _f: store_settings(announcement="Storm on Friday"),
    "a new site name": lambda _f: store_settings(name="Fernhaven"),
    "a member made staff": lambda f: granting.set_groups(f.admin, f.ben.member_id, MODERATORS, []),
    "an own profile": lambda f: own_settings.change_profile(f.ben, about="I tie knots.", location="Quay 4"),
    "a new member": lambda f: f.db.add(_new_member()),
}


def _new_member():
    return User(
        name="Zoe", name_key="zoe", slug="zoe", email="z@z.test", email_key="z@z.test", password_hash="x",
        group_id=make.MEMBERS, agreed_at=make.now(), preferences={},
    )  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_what_changes_is_on_the_next_guests_page_and_nothing_old_is_left(act, client, copies, db, app):
    forum, guest = Forum(db), client()
    before = forum.shown(guest)
    assert len(copies) == len(before)

    with transaction():
        ACTS[act](forum)

    shown = forum.shown(guest)
    copies.drop({EVERYTHING})
    anew = forum.shown(guest)
    assert shown == anew
    assert {address for address in before if before[address] != anew.get(address)}


@pytest.mark.parametrize("undo", ["restore", "unreact", "withdraw", "unfollow"])
def test_what_is_taken_back_is_taken_back_for_guests_too(undo, client, copies, db):
    forum, guest = Forum(db), client()
    with transaction():
        moderation.hide_posts(forum.mod, [forum.post(1)])
        reactions.react(forum.ann, forum.post(), forum.topic, "heart")
        ratings.rate(forum.ann, forum.other, 4)
        follows.follow_topic(forum.ann, forum.topic, frequency="daily", is_anonymous=False)
    hidden = db.query(Post).filter_by(state="hidden").one()
    before = forum.shown(guest)

    with transaction():
        if undo == "restore":
            moderation.restore_posts(forum.mod, [hidden])
        elif undo == "unreact":
            reactions.withdraw(forum.ann, forum.post(), forum.topic)
        elif undo == "withdraw":
            ratings.withdraw(forum.ann, forum.other)
        else:
            follow = follow_queries.find_follow(forum.ann, topic_id=forum.topic.id)
            follows.unfollow(forum.ann, [follow.id])

    shown = forum.shown(guest)
    copies.drop({EVERYTHING})
    anew = forum.shown(guest)
    assert shown == anew
    assert shown != before


def test_what_nobody_else_sees_drops_no_page(client, copies, db):
    forum, guest = Forum(db), client()
    for address in forum.addresses:
        guest.get(address)
    kept = len(copies)

    with transaction():
        topic_actions.mark_read(forum.ann, forum.topic, forum.topic.last_post_id)
        topic_actions.mark_everything_read(forum.ben)
    client(forum.ann).get(topic_url(forum.other.id, forum.other.slug))
    flush_seen()
    flush_views()

    assert len(copies) == kept


def test_a_change_of_many_rows_that_does_not_say_which_drops_every_page(client, copies, db):
    forum, guest = Forum(db), client()
    guest.get("/")

    with transaction():
        db.execute(sa.update(Topic), [{"id": forum.topic.id, "title": "Renamed"}])

    assert len(copies) == 0


def say_and_fail(forum):
    with transaction():
        changed("boards")
        posts.reply(forum.ann, forum.topic, "Never said.")
        raise RuntimeError("power cut")


def test_a_rolled_back_act_drops_no_page(client, copies, db):
    forum, guest = Forum(db), client()
    guest.get("/")
    with pytest.raises(RuntimeError, match="power cut"):
        say_and_fail(forum)

    assert len(copies) == 1


def test_a_kept_page_asks_the_database_nothing_and_is_counted_as_a_view(client, copies, db, count_queries):
    topic, guest = make.topic(), client()
    address = topic_url(topic.id, topic.slug)
    first = guest.get(address)
    _views.drain()

    with count_queries() as asked:
        second = guest.get(address)

    assert second.text == first.text
    assert asked == []
    assert _views.drain() == {topic.id: 1}


def test_a_page_whose_time_is_over_is_made_again(client, copies, db, monkeypatch, count_queries):
    monkeypatch.setattr("app.pages.thread.SHARED_SECONDS", -1)
    topic, guest = make.topic(), client()
    guest.get(topic_url(topic.id, topic.slug))

    with count_queries() as asked:
        guest.get(topic_url(topic.id, topic.slug))

    assert asked


def test_each_look_and_language_has_a_page_of_its_own(client, copies, db):
    topic = make.topic()
    address = topic_url(topic.id, topic.slug)
    looks = ["", "theme=dark", "theme=light&accent=fig", "locale=de", "locale=ar"]
    shown = {}
    for look in looks * 2:
        guest = client()
        if look:
            guest.set_cookie("prefs", look, domain="localhost")
        shown.setdefault(look, set()).add(guest.get(address).text)

    assert all(len(texts) == 1 for texts in shown.values())
    assert len(set.union(*shown.values())) == len(looks)
    assert 'lang="de"' in shown["locale=de"].pop()
    assert 'dir="rtl"' in shown["locale=ar"].pop()


@pytest.mark.parametrize(
    "cookie",
    [
        "prefs=theme%3Dpurple",
        "prefs=locale%3Dxx-evil",
        "_ga=GA1.2.3; theme=dark",
        "dismissed=0123456789",
        "prefs=" + "a" * 5000,
    ],
)
def test_cookies_that_change_nothing_share_the_plain_page(cookie, client, copies, db):
    guest = client()
    guest.get("/")

    guest.get("/", headers={"Cookie": cookie})

    assert len(copies) == 1


def test_who_dismissed_the_announcement_does_not_see_it_and_others_do(client, copies, db):
    with transaction():
        store_settings(announcement="Storm on Friday")
    guest = client()
    key = re.search(r'name="key" value="([0-9a-f]{10})"', guest.get("/").text)
    other = client()
    other.set_cookie("dismissed", key[1] if key else announcement(), domain="localhost")

    assert "Storm on Friday" not in other.get("/").text
    assert "Storm on Friday" in guest.get("/").text


def announcement():
    from app.features.site.queries import settings
    from app.pages.chrome import announcement_key

    return announcement_key(settings())


def test_no_page_of_a_member_is_kept_or_answered_from_what_is_kept(client, copies, db):
    ann = make.viewer(make.user("Annabel Keptnot"))
    topic = make.topic(replies=1)
    address = topic_url(topic.id, topic.slug)
    member = client(ann)
    token = member.get_cookie("sid", domain="localhost").value
    odd = [
        ("GET", address, {}),
        ("HEAD", address, {}),
        ("GET", address, {"Range": "bytes=0-100"}),
        ("GET", address, {"If-None-Match": "*"}),
        ("GET", address + "?utm_source=mail", {}),
        ("GET", address + "?x=1", {}),
        ("GET", address.replace("topic", "%74opic"), {}),
        ("GET", "//" + address.lstrip("/"), {}),
        ("GET", "/", {"X-Forwarded-Host": "evil.example", "X-Original-URL": "/admin/"}),
        ("GET", "/", {"X-HTTP-Method-Override": "GET", "Accept-Encoding": "identity"}),
        ("GET", "/activity/", {"Accept": "application/json"}),
        ("GET", profile_url(ann.member_id, ann.slug), {}),
    ]
    for method, where, headers in odd:
        member.open(where, method=method, headers=headers)
        for cookie in (
            f"prefs=theme%3Ddark; sid={token}",
            f"sid={token}; sid=other",
            f"SID=x; sid={token}",
            f'sid="{token}"',
            f"a=b;sid={token}",
            f"prefs=sid=; x=; sid={token}",
        ):
            client().open(where, method=method, headers={**headers, "Cookie": cookie})

    kept = [gzip.decompress(entry.value.packed).decode() for entry in copies._kept.values()]
    assert not [page for page in kept if "/settings/" in page or "Sign out" in page]

    guest = client()
    for _method, where, _headers in odd:
        assert "Sign out" not in guest.get(where).text
        assert "Sign out" in member.get(where.partition("?")[0].replace("//", "/"), follow_redirects=True).text


def test_nothing_a_visitor_sends_gets_into_the_shared_page(client, copies, db):
    topic = make.topic()
    address = topic_url(topic.id, topic.slug)
    poison = "poisoned.example"
    client().get(
        address,
        headers={
            "Host": poison,
            "X-Forwarded-Host": poison,
            "X-Forwarded-Proto": "gopher",
            "X-Forwarded-For": poison,
            "Forwarded": f"host={poison}",
            "Referer": f"https://{poison}/",
            "User-Agent": poison,
            "Accept-Language": "de",
            "Cookie": f"prefs={poison}; x={poison}",
            "Range": "bytes=0-9",
        },
    )

    answer = client().get(address)

    assert len(copies) == 1
    assert poison not in answer.text
    assert answer.status_code == 200
    assert 'lang="en"' in answer.text


def test_a_question_behind_the_address_is_not_answered_from_the_page_without_it(client, copies, db):
    board = make.board()
    make.topic(board)
    guest = client()
    guest.get(board_url(board.id, board.slug))

    guest.get(board_url(board.id, board.slug) + "?sort=views")

    assert len(copies) == 1


def test_what_other_sites_add_to_addresses_makes_no_second_page(client, copies, db, count_queries):
    guest = client()
    guest.get("/")

    with count_queries() as asked:
        guest.get("/?utm_source=letter&utm_campaign=april&fbclid=abc")

    assert asked == []
    assert len(copies) == 1


@pytest.mark.parametrize(
    "wanted", ["/topic/999999-none/", "/topic/{id}-wrong/", "/board/{board}-wrong/", "/profile/1-x/"]
)
def test_redirects_and_missing_pages_are_answered_and_not_kept(wanted, client, copies, db):
    topic = make.topic()

    answer = client().get(wanted.format(id=topic.id, board=topic.board_id))

    assert answer.status_code in {301, 404}
    assert len(copies) == 0


def test_a_board_guests_may_not_read_is_not_kept(client, copies, db):
    board = make.board(guests=Right.SEE)

    answer = client().get(board_url(board.id, board.slug))

    assert answer.status_code == 403
    assert len(copies) == 0


@pytest.mark.usefixtures("copies")
class TestAsHttpSaysIt:
    def get(self, client, **headers):
        return client().get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})

    def test_packed_for_whom_that_helps(self, client):
        packed = self.get(client, Accept_Encoding="br;q=1, gzip;q=0.8")
        plain = self.get(client, Accept_Encoding="gzip;q=0, identity")

        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["ETag"] != plain.headers["ETag"]
        assert {"Cookie", "Accept-Encoding"} <= set(re.split(r",\s*", packed.headers["Vary"]))

    def test_head_says_what_get_would(self, client):
        got, told = client().get("/"), client().head("/")

        assert told.data == b""
        assert dict(told.headers) == dict(got.headers)

    @pytest.mark.parametrize("form", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
    def test_what_the_browser_has_is_not_sent_again(self, form, client):
        tag = self.get(client).headers["ETag"]

        answer = self.get(client, If_None_Match=form.format(tag=tag))

        assert answer.status_code == 304
        assert answer.data == b""
        assert answer.headers["ETag"] == tag

    @pytest.mark.parametrize("known", ['"other"', "", "nonsense", '"', "W/"])
    def test_what_it_has_not_is(self, known, client):
        self.get(client)

        assert self.get(client, If_None_Match=known).status_code == 200

    def test_a_changed_page_is_sent_again(self, client):
        tag = self.get(client).headers["ETag"]
        make.topic()

        assert self.get(client, If_None_Match=tag).status_code == 200

    def test_a_range_gets_the_whole_page(self, client):
        self.get(client)

        assert self.get(client, Range="bytes=0-9").status_code == 200

    def test_the_policies_of_every_page_are_on_it(self, client):
        for answer in (self.get(client), self.get(client)):
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Set-Cookie" not in answer.headers
