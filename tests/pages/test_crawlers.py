"""What search engines find: every page of content once, at one address, and no end of others."""

from __future__ import annotations

import re

import pytest

from app.addresses import board_url, profile_url, topic_url
from app.features.boards.models import Board
from app.features.moderation import actions as moderation
from app.features.posts.models import Post
from app.features.reactions import actions as reactions
from app.features.site.actions import store_settings
from app.features.topics.models import Topic
from app.kernel.db import transaction
from tests import make
from tests.crawling import Robots, crawl

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def forum(db):
    """Boards in boards, a board and a topic of several pages, and something of everything that makes links."""
    with transaction():
        store_settings(posts_per_page=5, topics_per_page=5)
    harbour, ann, ben = make.board("Harbour"), make.viewer(make.user("Ann")), make.viewer()
    inner, staff = make.board("Moorings", parent=harbour), make.private_board("Staff")
    mod = make.moderator()
    for number in range(12):
        make.topic(harbour, ann, title=f"Topic {number}")
    make.topic(inner, ann, title="Ropes", pinned_at=make.now())
    long = make.topic(harbour, ann, title="Nets", replies=16)
    gulls = make.topic(inner, ann, title="Gulls")
    first, second = db.query(Post).filter_by(topic_id=long.id).order_by(Post.position).limit(2)
    with transaction():
        reactions.react(ben, first, long, "heart")
        moderation.recommend_posts(mod, [second], "Well said")
        moderation.move_topics(mod, [gulls], make.facts_of(harbour), leave_link=True)
    make.topic(staff, mod, title="Secret")
    make.topic(harbour, ann, title="Hidden", state="hidden")


@pytest.fixture
def found(forum, client):
    return crawl(client())


# Links do not depend on the kind of database, and this follows all of them.
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
class TestACrawl:
    def test_a_crawl_of_everything_open_ends_and_finds_every_page(self, found, db):
        shown = {board_url(board.id, board.slug) for board in db.query(Board) if board.name != "Staff"}
        topics = db.query(Topic).filter(Topic.state == "published", Topic.link_to_id.is_(None), Topic.title != "Secret")
        shown |= {topic_url(topic.id, topic.slug) for topic in topics}
        long = db.query(Topic).filter_by(title="Nets").one()
        shown |= {topic_url(long.id, long.slug, number) for number in range(1, 5)}
        harbour = db.query(Board).filter_by(name="Harbour").one()
        shown |= {board_url(harbour.id, harbour.slug, number) for number in range(1, 4)}

        assert found.failed == {}
        assert shown <= found.pages.keys()
        assert {found.moved.get(target, target) for target in found.moved.values()} <= found.pages.keys()

    def test_no_address_that_is_followed_has_a_question_behind_it(self, found):
        assert [address for address in (*found.pages, *found.moved) if "?" in address] == []

    def test_links_to_what_is_closed_say_so_themselves(self, found):
        assert {address: seen.closed for address, seen in found.pages.items() if seen.closed} == {}

    def test_a_page_for_the_index_has_one_address_and_knows_it(self, found):
        for address, seen in found.pages.items():
            if seen.is_for_the_index:
                assert seen.link("canonical") == SITE + address
        assert [address for address, seen in found.pages.items() if not seen.is_for_the_index] == ["/activity/"]

    def test_pages_of_a_list_know_the_one_before_and_the_one_after(self, found):
        numbered = {
            address: seen for address, seen in found.pages.items() if address.startswith(("/topic/", "/board/"))
        }
        for address, seen in numbered.items():
            base, number = re.fullmatch(r"(.*?/)(?:page/(\d+)/)?", address).groups()
            at = int(number or 1)
            before = base if at == 2 else f"{base}page/{at - 1}/"
            after = f"{base}page/{at + 1}/"
            assert seen.link("prev") == (before if at > 1 else None)
            assert seen.link("next") == (after if after in numbered else None)


@pytest.mark.parametrize("query", ["sort=views", "sort=start"])
def test_another_order_of_a_board_is_for_no_index(query, client, db):
    board = make.board()
    make.topic(board)

    answer = client().get(f"{board_url(board.id, board.slug)}?{query}")

    assert '<meta name="robots" content="noindex">' in answer.text
    assert f'rel="canonical" href="{SITE}{board_url(board.id, board.slug)}"' in answer.text


@pytest.mark.parametrize("query", ["tab=topics", "before=999"])
def test_a_part_of_a_profile_is_for_no_index(query, client, db):
    ann = make.user("Ann")

    answer = client().get(f"{profile_url(ann.id, ann.slug)}?{query}")

    assert '<meta name="robots" content="noindex">' in answer.text


def test_robots_are_answered_without_the_database_and_keep_it_an_hour(client, db, count_queries):
    browser = client(make.viewer())

    with count_queries() as asked:
        answer = browser.get("/robots.txt")

    assert asked == []
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.mimetype == "text/plain"
    assert Robots(answer.text).sitemaps == [f"{SITE}/sitemap.xml"]


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("/", True),
        ("/board/1-harbour/page/2/", True),
        ("/topic/1-nets/page/9/", True),
        ("/profile/1-ann/", True),
        ("/post/5/", True),
        ("/static/abc/site.css", True),
        ("/index.php?/topic/1-nets/", True),
        ("/topic/1-nets/?utm_source=letter", True),
        ("/post/5/share/email", False),
        ("/post/5/reactions/", False),
        ("/post/5/edit", False),
        ("/topic/1-nets/?do=getLastComment", False),
        ("/topic/1-nets/?comment=5&do=findComment", False),
        ("/board/1-harbour/?sort=views", False),
        ("/board/1-harbour/?page=7", False),
        ("/profile/1-ann/?tab=topics", False),
        ("/activity/?before=5", False),
        ("/topic/1-nets/reply", False),
        ("/topic/1-nets/reply?quote=5", False),
        ("/topic/1-nets/unread", False),
        ("/topic/1-nets/followers", False),
        ("/board/1-harbour/new-topic", False),
        ("/sign-in/?next=/", False),
        ("/register/", False),
        ("/search/?q=rope", False),
        ("/admin/members/", False),
    ],
)
def test_content_is_open_and_what_is_none_is_closed(address, is_open, client, db):
    assert Robots(client().get("/robots.txt").text).allows(address) is is_open
