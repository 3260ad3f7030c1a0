"""The log: who sees what of it."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.accounts.names import fold
from app.features.boards.models import Board
from app.features.moderation import actions, policy, queries
from app.features.moderation.log import BOARD_ACTS, SITE_ACTS, record
from app.features.moderation.models import LogEntry
from app.features.moderation.queries import EntryFilter
from app.features.moderation.views import overview
from app.kernel.db import transaction
from tests import make


def lock(topic, viewer, reason="hot"):
    with transaction():
        actions.lock_topics(viewer, [topic], reason)


def test_moderators_read_of_their_boards_and_administrators_everything(client, db):
    here, elsewhere = make.topic(title="Here it is"), make.topic(title="Elsewhere it is")
    admin = make.admin()
    for topic in (here, elsewhere):
        lock(topic, admin)
    with transaction():
        record(admin, "set_rights", board_id=here.board_id, reason="tighter")
    moderator = make.board_moderator(db.get(Board, here.board_id))

    of_board, of_all = (client(who).get("/moderation/log/").text for who in (moderator, admin))

    assert "Here it is" in of_board
    assert "Elsewhere it is" not in of_board
    assert "tighter" not in of_board
    assert "Here it is" in of_all
    assert "Elsewhere it is" in of_all
    assert "tighter" in of_all


def test_the_list_form_agrees_with_the_policy(db):
    boards = [make.board(), make.private_board()]
    admin = make.admin()
    with transaction():
        for board in boards:
            for act in (*BOARD_ACTS, *SITE_ACTS, "an_act_of_tomorrow"):
                record(admin, act, board_id=board.id)
        record(admin, "change_settings")
        record(admin, "lock_topic")
    viewers = [
        admin,
        make.moderator(),
        make.board_moderator(boards[0]),
        make.board_moderator(boards[1]),
        make.viewer(),
        make.guest(),
    ]
    entries = db.scalars(sa.select(LogEntry)).all()

    for viewer in viewers:
        listed = {e.id for e in queries.page_of_entries(viewer, EntryFilter(), limit=1000)}
        assert listed == {e.id for e in entries if policy.may_read_entry(viewer, e)}


def test_entries_do_not_tell_what_lies_in_boards_the_reader_may_not_read(client, db):
    topic = make.topic(title="Public once")
    secret_board = make.private_board("Secret board")
    admin = make.admin()
    secret = make.topic(secret_board, admin, title="Secret title")
    with transaction():
        actions.merge_topics(admin, [topic], secret, "goes away")
    moved = make.topic(db.get(Board, topic.board_id), title="Moved away")
    target = make.facts(secret_board)
    with transaction():
        actions.move_topics(admin, [moved], target, leave_link=False, reason="goes too")
    moderator = make.board_moderator(db.get(Board, topic.board_id))

    page = client(moderator).get("/moderation/log/").text

    assert "goes away" in page
    assert "goes too" in page
    assert "Public once" in page
    assert "Secret title" not in page
    assert "Secret board" not in page
    assert "Secret title" in client(admin).get("/moderation/log/").text


def test_the_log_can_be_filtered(client, db):
    name = "Ines Calder"
    first, second = make.topic(title="First one"), make.topic(title="Second one")
    ines = make.viewer(make.user(name, group_id=make.MODERATORS))
    with transaction():
        db.execute(sa.update(User).where(User.id == ines.id).values(name_key=fold(name)))
    other = make.moderator()
    lock(first, ines)
    lock(second, other)
    with transaction():
        actions.pin_topics(other, [first], "shown")
    browser = client(make.admin())

    def seen(query):
        page = browser.get(f"/moderation/log/?{query}").text
        return {title for title in ("First one", "Second one") if f">{title}<" in page}, "shown" in page

    assert seen(f"board={first.board_id}") == ({"First one"}, True)
    assert seen(f"topic={second.id}") == ({"Second one"}, False)
    assert seen("act=pin_topic") == ({"First one"}, True)
    assert seen("member=ines+CALDER") == ({"First one"}, False)
    assert seen("member=nobody") == (set(), False)
    assert seen("board=x&act=nonsense&topic=99999999999999&before=-1") == ({"First one", "Second one"}, True)


def test_the_log_is_paged_without_losing_any(client, db, monkeypatch):
    monkeypatch.setattr(overview, "PAGE", 3)
    admin = make.admin()
    with transaction():
        for number in range(8):
            record(admin, "change_settings", reason=f"reason {number}.")
    browser = client(admin)

    seen, address = [], "/moderation/log/?act=change_settings"
    while address:
        page = browser.get(address).text
        seen += [number for number in range(7, -1, -1) if f"reason {number}." in page]
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more and more[1].replace("&amp;", "&")

    assert seen == [7, 6, 5, 4, 3, 2, 1, 0]


def test_every_act_has_a_name():
    assert all(str(label) for label in (*BOARD_ACTS.values(), *SITE_ACTS.values()))


@pytest.mark.parametrize("address", ["/moderation/", "/moderation/log/"])
def test_pages_cost_the_same_for_one_and_for_many(client, db, count_queries, address):
    board = make.board()
    moderator = make.moderator()
    lock(make.topic(board), moderator)
    browser = client(moderator)
    browser.get(address)
    with count_queries() as one:
        browser.get(address)
    for _ in range(5):
        lock(make.topic(board), moderator)
    browser.get(address)
    with count_queries() as many:
        browser.get(address)

    assert len(one) == len(many) <= 9
