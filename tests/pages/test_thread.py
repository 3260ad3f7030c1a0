"""The thread page and the addresses that lead to it."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from bs4 import BeautifulSoup

from app.addresses import profile_url, topic_url
from app.features.posts import actions as posts
from app.features.posts.models import Post
from app.features.ratings import actions as ratings
from app.features.topics.models import DELETED, HIDDEN, TopicRead
from app.kernel.clock import now
from app.kernel.db import transaction
from app.pages.common import common_pages
from tests import make

SITE = "http://127.0.0.1:8000"

GUEST_READS = [
    "Jump to content",
    "Forums",
    "Sign in to follow this",
    "Ferry timetable from April",
    "Rate this topic",
    "Recommended Posts",
    "The 6:40 is gone.",
    "Share this post",
    "Link to post",
    "Share on other sites",
    "Create an account or sign in to comment",
    "You need to be a member in order to leave a comment",
    "Create an account",
    "Sign up for a new account in our community. It's easy!",
    "Register a new account",
    "Sign in",
    "Already have an account? Sign in here.",
    "Sign In Now",
    "Go to topic listing",
    "Sign in to follow this",
    "Recently Browsing",
    "0 members",
    "No registered users viewing this page.",
    "Create New...",
    "Themes",
]


def words(html: str) -> str:
    page = BeautifulSoup(html, "html.parser")
    for dead in page.find_all(["script", "head"]):
        dead.decompose()
    return re.sub(r"\s+", " ", page.get_text(" "))


def address(topic, page=1):
    return topic_url(topic.id, topic.slug, page)


def test_a_guest_reads_the_classic_page_in_its_order(client, db):
    topic = make.topic()

    text = words(client().get(address(topic)).text)

    position = 0
    for phrase in GUEST_READS:
        found = text.find(phrase, position)
        assert found >= 0, f"{phrase!r} is missing or out of order"
        position = found + len(phrase)


def test_the_title_is_the_only_top_heading(client, db):
    topic = make.topic(pinned_at=make.now(), locked_at=make.now())

    page = BeautifulSoup(client().get(address(topic)).text, "html.parser")

    assert [h.get_text() for h in page.find_all("h1")] == [topic.title]


def test_a_guest_who_reads_gets_no_cookie_and_no_form_of_a_member(client, db):
    answer = client().get(address(make.topic()))

    assert "Set-Cookie" not in answer.headers
    assert "reply-text" not in answer.text


def test_a_member_gets_the_reply_form(client, db):
    page = BeautifulSoup(client(make.viewer()).get(address(make.topic())).text, "html.parser")

    form = page.find("form", action=re.compile(r"/reply$"))
    assert form is not None
    assert form.find("textarea", attrs={"name": "body"}) is not None


def test_a_locked_topic_says_so_instead_of_the_form(client, db):
    answer = client(make.viewer()).get(address(make.topic(locked_at=make.now())))

    assert "This topic is now closed to further replies." in answer.text
    assert "reply-text" not in answer.text


@pytest.mark.parametrize("path", ["", "page/2/"])
def test_id_alone_and_a_wrong_slug_lead_to_the_right_address(client, db, path):
    topic = make.topic(replies=26)

    for slug in ("", "-a-wrong-name"):
        answer = client().get(f"/topic/{topic.id}{slug}/{path}")
        assert answer.status_code == 301
        assert answer.headers["Location"] == address(topic, 2 if path else 1)


def test_page_one_has_one_address(client, db):
    topic = make.topic(replies=26)

    answer = client().get(f"{address(topic)}page/1/")

    assert (answer.status_code, answer.headers["Location"]) == (301, address(topic))


@pytest.mark.parametrize("path", ["page/3/", "page/0/", "page/99999999999/", "page/x/", "page/-1/"])
def test_a_page_that_does_not_exist_is_not_found(client, db, path):
    assert client().get(f"{address(make.topic(replies=26))}{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/topic/999999/", "/topic/99999999999999999999/", "/topic/0-x/", "/topic/x/", "/post/999999/"]
)
def test_an_unknown_id_is_not_found(client, db, path):
    assert client().get(path).status_code == 404


def test_every_post_stands_on_its_page(client, db):
    topic = make.topic(replies=26)
    last = db.get(Post, topic.last_post_id)

    answer = client().get(f"/post/{last.id}/")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{address(topic, 2)}#post-{last.id}")
    assert f'id="post-{last.id}"' in client().get(address(topic, 2)).text
    assert f'id="post-{last.id}"' not in client().get(address(topic)).text


@pytest.mark.parametrize(
    "query",
    ["do=findComment&comment={first}", "do=getLastComment", "do=getNewComment"],
)
def test_classic_addresses_still_lead_somewhere(client, db, query):
    topic = make.topic(replies=3)

    answer = client().get(f"{address(topic)}?{query.format(first=topic.first_post_id)}")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(address(topic))


def test_addresses_without_rewriting_lead_to_ours(client, db):
    topic = make.topic()

    answer = client().get(f"/index.php?/topic/{topic.id}-{topic.slug}/&do=getLastComment")

    assert (answer.status_code, answer.headers["Location"]) == (301, f"{address(topic)}?do=getLastComment")


@pytest.mark.parametrize("state", [HIDDEN, DELETED])
def test_a_hidden_topic_exists_for_moderators_only(client, db, state):
    topic = make.topic(state=state)

    assert client().get(address(topic)).status_code == 404
    assert client(make.viewer()).get(address(topic)).status_code == 404
    assert client(make.moderator()).get(address(topic)).status_code == 200


def test_a_private_topic_is_not_found_and_its_slug_is_not_told(client, db):
    topic = make.topic(make.private_board(), make.moderator())

    answer = client(make.viewer()).get(f"/topic/{topic.id}/")

    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert client().get(f"/post/{topic.first_post_id}/").status_code == 404


def test_a_hidden_post_shows_in_place_to_moderators_only(client, db):
    topic = make.topic(replies=2)
    hidden = make.reply(topic, body="Buy pumps at half price.")
    with transaction():
        db.get(Post, hidden.id).state = HIDDEN

    assert "half price" not in client().get(address(topic)).text
    assert "half price" not in client(make.viewer()).get(address(topic)).text
    assert "half price" in client(make.moderator()).get(address(topic)).text


def test_reading_moves_the_mark_and_new_posts_are_marked(client, db):
    topic, member = make.topic(replies=1), make.viewer()
    browser = client(member)
    browser.get(address(topic))
    newer = make.reply(topic)

    again = browser.get(address(topic))

    assert f'href="#post-{newer.id}"' in again.text
    assert "New since you were here" in again.text
    assert db.get(TopicRead, (member.id, topic.id)).post_id == newer.id
    assert "New since you were here" not in browser.get(address(topic)).text


def test_unread_leads_to_the_first_unread_post(client, db):
    topic, member = make.topic(replies=1), make.viewer()
    browser = client(member)
    browser.get(address(topic))
    first_new = make.reply(topic)
    make.reply(topic)

    answer = browser.get(f"{address(topic)}unread")

    assert answer.headers["Location"].endswith(f"#post-{first_new.id}")


def test_recommended_replies_stand_first_on_every_page(client, db):
    topic = make.topic(replies=30)
    pick = make.reply(topic, body="A flap valve closes by itself.")
    with transaction():
        row = db.get(Post, pick.id)
        row.recommended_at, row.recommended_by_id, row.recommend_note = make.now(), row.author_id, "Clearest account"

    first_page = words(client().get(address(topic)).text)

    assert first_page.index("Recommended Posts") < first_page.index("Clearest account") < first_page.index("The 6:40")


def test_the_staff_badges_do_not_leak_rights_to_members(client, db):
    text = client(make.viewer()).get(address(make.topic(replies=1))).text

    assert "/moderation/" not in text


@pytest.mark.parametrize("replies", [0, 24, 30])
def test_guests_cost_six_statements_and_members_nine(client, db, count_queries, replies):
    topic = make.topic(replies=replies)
    addresses = [address(topic)] if replies < 25 else [address(topic), address(topic, 2)]
    member = client(make.viewer())
    client().get(addresses[0])

    for path in addresses:
        with count_queries() as seen:
            client().get(path)
        assert len(seen) <= 6, seen
        with count_queries() as seen:
            member.get(path)
        assert len(seen) <= 9, seen


def test_a_post_costs_little_markup(client, db):
    topic = make.topic(replies=24)

    for browser in (client(), client(make.viewer())):
        whole = browser.get(address(topic)).text
        posts_part = whole[whole.index('<article class="post') : whole.rindex("</article>")]
        assert len(posts_part.encode()) / 25 <= 2_500


def described(html):
    return json.loads(BeautifulSoup(html, "html.parser").find("script", type="application/ld+json").string)


def test_search_engines_get_what_they_read(client, db):
    ann = make.viewer(make.user("Ann"))
    topic = make.topic(author=ann, title="Tides </script><b>", body="Text")
    reply = make.reply(topic, ann, "Half past six.")
    with transaction():
        db.get(Post, reply.id).edited_at = make.now()

    html = client().get(address(topic)).text

    data, here = described(html), f"{SITE}{address(topic)}"
    assert (data["@type"], data["headline"], data["text"]) == ("DiscussionForumPosting", "Tides </script><b>", "Text")
    assert (data["url"], data["commentCount"]) == (here, 1)
    assert data["author"] == {"@type": "Person", "name": "Ann", "url": f"{SITE}{profile_url(ann.id, ann.slug)}"}
    assert datetime.fromisoformat(data["datePublished"]) == topic.created_at
    (comment,) = data["comment"]
    assert (comment["@type"], comment["text"]) == ("Comment", "Half past six.")
    assert (comment["url"], comment["author"]) == (f"{here}#post-{reply.id}", data["author"])
    assert datetime.fromisoformat(comment["datePublished"]) == reply.created_at
    assert "dateModified" in comment
    assert "dateModified" not in data


def test_a_later_page_tells_them_its_replies_and_where_the_topic_begins(client, db):
    topic = make.topic(replies=27)

    data = described(client().get(address(topic, 2)).text)

    assert data["url"] == f"{SITE}{address(topic)}"
    assert "text" not in data
    assert [comment["text"] for comment in data["comment"]] == [f"Reply number {n}." for n in (25, 26, 27)]
    assert all(comment["url"].startswith(f"{SITE}{address(topic, 2)}#post-") for comment in data["comment"])


def test_members_pages_are_not_made_heavier_for_search_engines(client, db):
    assert "ld+json" not in client(make.viewer()).get(address(make.topic())).text


def test_guests_are_told_when_a_topic_last_changed_and_get_it_again_only_then(client, copies, db):
    topic, other = make.topic(replies=1), make.topic()
    ann = make.viewer()
    with transaction():
        topic.changed_at = now() - timedelta(hours=1)
    guest = client()
    told = guest.get(address(topic)).headers["Last-Modified"]
    first = topic.changed_at
    asking = {"If-Modified-Since": told}

    unchanged = guest.get(address(topic), headers=asking)
    with transaction():
        ratings.rate(ann, topic, 4)
        posts.reply(ann, other, "Elsewhere.")
    rated = guest.get(address(topic), headers=asking)
    with transaction():
        posts.reply(ann, topic, "Here.")
    changed = guest.get(address(topic), headers=asking)

    assert parsedate_to_datetime(told) == first.replace(microsecond=0)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["Last-Modified"] == told
    assert rated.status_code == 304
    assert changed.status_code == 200
    assert "Here." in changed.text
    assert parsedate_to_datetime(changed.headers["Last-Modified"]) > parsedate_to_datetime(told)


def test_members_are_not_told_because_their_page_is_their_own(client, db):
    assert "Last-Modified" not in client(make.viewer()).get(address(make.topic())).headers


def test_sharing_leaves_only_for_known_sites(client, db):
    topic = make.topic()

    good = client().get(f"/post/{topic.first_post_id}/share/reddit")
    bad = client().get(f"/post/{topic.first_post_id}/share/evil.test")

    assert good.headers["Location"].startswith("https://www.reddit.com/")
    assert bad.status_code == 404


def test_posts_written_in_the_same_moment_keep_their_order(db):
    topic = make.topic(replies=5)
    positions = db.scalars(make.select(Post.position).where(Post.topic_id == topic.id).order_by(Post.id)).all()

    assert positions == [1, 2, 3, 4, 5, 6]


def test_a_link_to_a_moved_topic_leads_on_or_is_not_there(client, db):
    old, private = make.board(), make.private_board()
    open_topic, secret = make.topic(), make.topic(private, make.moderator(), title="Who stole the anchor")
    leads_on = make.topic(old, link_to_id=open_topic.id, post_count=0)
    leads_nowhere = make.topic(old, title="Who stole the anchor", link_to_id=secret.id, post_count=0)

    assert client().get(address(leads_on)).location == address(open_topic)
    assert client(make.moderator()).get(address(leads_nowhere)).location == address(secret)
    for viewer in (None, make.viewer()):
        for place in ("", "followers", "unread", "reply", "?do=getLastComment"):
            answer = client(viewer).get(f"{address(leads_nowhere)}{place}")
            assert answer.status_code == 404
            assert "anchor" not in answer.text.replace(address(leads_nowhere), "")


@pytest.mark.parametrize("typed", ["9" * 5000, "00000000001" + "0" * 5000, "0", "-1", "1.5", "²", "2147483648"])
def test_a_jump_to_no_page_at_all_stays_on_the_page(client, db, typed):
    topic = make.topic()

    assert client().get(address(topic), query_string={"page": typed}).status_code == 200


@pytest.mark.parametrize("is_member", [False, True])
def test_a_page_is_made_by_few_calls(app, client, db, monkeypatch, is_member):
    """A count and not a time, so that it is the same on every machine: what is done per post must stay little."""
    monkeypatch.setattr(common_pages, "max_bytes", 0)
    monkeypatch.setattr(app.extensions["guest_pages"].copies, "max_bytes", 0)
    short, long = make.topic(), make.topic(replies=24)
    browser = client(make.viewer()) if is_member else client()

    calls = {topic.id: calls_of(lambda topic=topic: browser.get(address(topic))) for topic in (short, long)}

    assert (calls[long.id] - calls[short.id]) / 24 < 250


def calls_of(act) -> int:
    """How many functions written in Python are called, once everything there is to find out has been found out."""
    act()
    count = 0

    def note(_frame, event, _arg) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count
