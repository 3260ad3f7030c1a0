"""What readers of a thread share: each sees it with their own eyes, and nobody sees it late."""

from __future__ import annotations

import re

import pytest

from app.addresses import topic_url
from app.features.accounts.models import Right, User
from app.features.boards import actions as boards
from app.features.moderation import actions as moderation
from app.features.posts import actions as posts
from app.features.posts.models import Post
from app.features.reactions import actions as reactions
from app.features.topics.models import Topic
from app.kernel.db import transaction
from app.pages import common
from app.pages.common import WAYS, CommonPage, common_pages
from tests import make

CARD = re.compile(r'<article class="post.*?</article>', re.DOTALL)


def address(topic):
    return topic_url(topic.id, topic.slug)


def cards(client, viewer, topic):
    return CARD.findall(client(viewer).get(address(topic)).text)


def test_a_reader_of_the_same_kind_gets_the_cards_that_were_made_before(client, db):
    topic = make.topic(replies=3)
    first = cards(client, make.viewer(), topic)
    kept = next(iter(common_pages._kept.values())).value
    before = dict(kept.cards)
    second = cards(client, make.viewer(), topic)

    assert second == first
    assert dict(kept.cards) == before


def test_reading_again_asks_only_what_is_the_readers_own(client, db, count_queries):
    topic, ann = make.topic(replies=3), make.viewer()
    browser = client(ann)
    browser.get(address(topic))

    with count_queries() as asked:
        browser.get(address(topic))

    assert len(asked) <= 7
    assert not [statement for statement in asked if "html" in statement]


def test_everyone_has_their_own_buttons_and_reactions(client, db):
    board = make.board()
    ann, ben = make.viewer(make.user("Ann")), make.viewer(make.user("Ben"))
    topic = make.topic(board, ann)
    post = make.reply(topic, ben, "Mine to change.")
    with transaction():
        reactions.react(ann, post, topic, "heart")
    shown = {name: cards(client, viewer, topic)[1] for name, viewer in (("ann", ann), ("ben", ben), ("guest", None))}

    assert f"/post/{post.id}/edit" in shown["ben"]
    assert f"/post/{post.id}/edit" not in shown["ann"] + shown["guest"]
    assert "is-mine" in shown["ann"]
    assert "is-mine" not in shown["ben"] + shown["guest"]
    assert f"/post/{post.id}/report" in shown["ann"]
    assert f"/post/{post.id}/report" not in shown["guest"]


def test_who_may_no_longer_read_finds_nothing_though_a_copy_is_there(client, db):
    board = make.board()
    topic, ann, admin = make.topic(board), make.viewer(), make.admin()
    browser = client(ann)
    assert browser.get(address(topic)).status_code == 200

    with transaction():
        boards.permit(admin, board.id, {group_id: Right(0) for group_id in (make.GUESTS, make.MEMBERS)})

    assert browser.get(address(topic)).status_code == 404


def test_a_board_closed_to_some_is_not_opened_by_the_copy_of_others(client, db):
    board = make.private_board()
    topic = make.topic(board, make.moderator())
    common.begin()
    member_of_board = make.viewer(make.user(group_id=make.MODERATORS))
    client(member_of_board).get(address(topic))

    assert client(make.viewer()).get(address(topic)).status_code == 404
    assert client().get(address(topic)).status_code == 404


def test_what_is_hidden_is_gone_for_readers_and_there_for_moderators(client, db):
    topic, ann, mod = make.topic(replies=2), make.viewer(), make.moderator()
    post = db.query(Post).filter_by(topic_id=topic.id, position=2).one()
    client(mod).get(address(topic))
    assert f'id="post-{post.id}"' in client(ann).get(address(topic)).text

    with transaction():
        moderation.hide_posts(mod, [post])

    assert f'id="post-{post.id}"' not in client(ann).get(address(topic)).text
    assert f'id="post-{post.id}"' in client(mod).get(address(topic)).text
    assert f'id="post-{post.id}"' not in client(ann).get(address(topic)).text


def test_a_changed_language_or_time_zone_makes_cards_anew(client, db):
    topic = make.topic(replies=1)
    english = cards(client, make.viewer(), topic)
    german = cards(client, make.viewer(make.user(preferences={"locale": "de"})), topic)
    auckland = cards(client, make.viewer(make.user(preferences={"time_zone": "Pacific/Auckland"})), topic)

    assert english != german
    assert "Zitieren" in german[0]
    assert english != auckland


def test_what_was_read_before_a_change_is_not_kept(app, db):
    topic, ann = make.topic(), make.viewer()
    common.begin()
    with transaction():
        posts.reply(ann, topic, "Later than the beginning of the request.")
    with app.test_request_context("/"):
        common.page_for(make.guest(), topic.id, 1, 25)

    assert len(common_pages) == 0


def test_a_copy_keeps_only_so_many_ways_of_a_card():
    page = CommonPage(Topic(id=1, author_id=1), [], {}, [])
    for number in range(WAYS + 20):
        page.keep(number, "card")

    assert len(page.cards) == WAYS
    assert WAYS + 19 in page.cards


@pytest.mark.parametrize("change", ["name", "reputation"])
def test_what_is_shown_of_a_member_changes_everywhere_at_once(change, client, db):
    ann, ben = make.viewer(make.user("Ann")), make.viewer()
    topic = make.topic(author=ann)
    browser = client(ben)
    browser.get(address(topic))

    with transaction():
        setattr(db.get(User, ann.id), change, "Annika" if change == "name" else 77)

    assert ("Annika" if change == "name" else "77") in browser.get(address(topic)).text
