"""Boards in the administration, all by plain forms."""

import re

import sqlalchemy as sa

from app.features.accounts.models import User
from app.features.boards.models import Board
from app.features.boards.queries import tree
from app.features.moderation.models import LogEntry
from app.features.topics.models import Topic
from tests import make

FORM = {"name": "Harbour", "description": "", "icon": "wave", "parent_id": "0", "has_ratings": "y", "counts_posts": "y"}


def logged(db):
    return [(entry.act, entry.board_id) for entry in db.scalars(sa.select(LogEntry).order_by(LogEntry.id))]


def test_a_board_is_added_and_leads_to_its_permissions(db, client):
    browser = client(make.admin())

    form = FORM | {"description": "Boats  and\nbirds", "edit_minutes": "30", "rights_from": "usual"}
    answer = browser.post("/admin/boards/new", data=form)

    board = db.scalars(sa.select(Board)).one()
    assert answer.status_code == 303
    assert answer.location == f"/admin/boards/{board.id}/permissions"
    assert (board.name, board.description, board.icon, board.edit_minutes) == ("Harbour", "Boats and birds", "wave", 30)
    assert board.has_ratings
    assert logged(db) == [("add_board", board.id)]
    assert client().get(f"/board/{board.id}-harbour/").status_code == 200


def test_a_private_board_is_closed_from_its_first_moment(db, client):
    client(make.admin()).post("/admin/boards/new", data=FORM | {"rights_from": "nobody"})

    board = db.scalars(sa.select(Board)).one()

    assert client(make.viewer()).get(f"/board/{board.id}-harbour/").status_code == 404


def test_a_board_starts_with_the_rights_of_another_one(db, client):
    staff = make.private_board("Staff")

    client(make.admin()).post("/admin/boards/new", data=FORM | {"rights_from": str(staff.id)})

    board = db.scalars(sa.select(Board).where(Board.name == "Harbour")).one()
    assert client(make.viewer()).get(f"/board/{board.id}-harbour/").status_code == 404
    assert client(make.moderator()).get(f"/board/{board.id}-harbour/").status_code == 200


def test_what_was_typed_comes_back_with_sentences(db, client):
    wrong = {
        "name": " \u200b ",
        "description": "d" * 301,
        "icon": "skull",
        "parent_id": "77",
        "edit_minutes": "ten & more",
        "rights_from": "usual",
    }

    answer = client(make.admin()).post("/admin/boards/new", data=wrong)

    assert answer.status_code == 422
    assert "Please write a name." in answer.text
    assert "This may have up to 300 characters." in answer.text
    assert "Please write a whole number, in figures." in answer.text
    assert answer.text.count("Please choose one of the list.") >= 2
    assert "d" * 301 in answer.text
    assert 'value="ten &amp; more"' in answer.text
    assert not db.scalars(sa.select(Board)).all()


def test_a_board_is_changed(db, client):
    board, parent = make.board("Old"), make.board("Parent")
    browser = client(make.admin())
    page = browser.get(f"/admin/boards/{board.id}/edit").text

    answer = browser.post(f"/admin/boards/{board.id}/edit", data=FORM | {"parent_id": str(parent.id)})

    assert 'value="Old"' in page
    assert answer.status_code == 303
    changed = db.get(Board, board.id)
    assert (changed.name, changed.slug, changed.parent_id, changed.edit_minutes) == (
        "Harbour",
        "harbour",
        parent.id,
        None,
    )
    assert logged(db) == [("edit_board", board.id)]
    details = db.scalars(sa.select(LogEntry.details)).one()
    assert details["name"] == ["Old", "Harbour"]


def test_a_board_below_itself_is_refused_with_a_sentence(db, client):
    outer = make.board("Outer")
    inner = make.board("Inner", parent=outer)
    browser = client(make.admin())

    offered = browser.get(f"/admin/boards/{outer.id}/edit").text
    answer = browser.post(f"/admin/boards/{outer.id}/edit", data=FORM | {"parent_id": str(inner.id)})

    assert f'<option value="{inner.id}">' not in offered
    assert answer.status_code == 422
    assert db.get(Board, outer.id).parent_id is None


def test_a_rule_that_needs_the_database_keeps_what_was_typed(db, client):
    topic = make.topic()

    form = FORM | {"is_category": "y", "description": "Typed just now"}
    answer = client(make.admin()).post(f"/admin/boards/{topic.board_id}/edit", data=form)

    assert answer.status_code == 422
    assert "A category holds no topics. Move the topics of this board first." in answer.text
    assert "Typed just now" in answer.text
    assert not db.get(Board, topic.board_id).is_category


def test_turning_counting_off_and_on_recounts_the_authors(db, client):
    author = make.viewer()
    topic = make.topic(author=author)
    browser = client(make.admin())
    form = {name: value for name, value in FORM.items() if name != "counts_posts"}

    browser.post(f"/admin/boards/{topic.board_id}/edit", data=form)
    off = db.get(User, author.id).post_count
    browser.post(f"/admin/boards/{topic.board_id}/edit", data=FORM)

    assert off == 0
    assert db.get(User, author.id).post_count == 1


def test_closing_a_place_by_moving_it_is_said(db, client):
    staff, board = make.private_board("Staff"), make.board("Ideas")
    browser = client(make.admin())

    answer = browser.post(
        f"/admin/boards/{board.id}/edit", data=FORM | {"parent_id": str(staff.id)}, follow_redirects=True
    )

    assert "“Harbour” is closed to Guests, Members, who cannot see “Staff” above it." in answer.text
    assert client().get(f"/board/{board.id}-harbour/").status_code in {403, 404}


def test_buttons_change_the_order(db, client):
    first, second = make.board("First"), make.board("Second")
    browser = client(make.admin())

    up = browser.post(f"/admin/boards/{second.id}/order", data={"do": "up"})
    after_up = [b.name for b in tree().all]
    browser.post(f"/admin/boards/{second.id}/order", data={"do": "down"})

    assert up.status_code == 303
    assert after_up == ["Second", "First"]
    assert [b.name for b in tree().all] == ["First", "Second"]
    page = browser.get("/admin/boards/").text
    assert page.index(">First</a>") < page.index(">Second</a>")
    assert logged(db) == [("order_board", second.id)] * 2
    assert re.search(r'value="up" disabled>.{0,250}Move First up', page, re.DOTALL)
    assert first.id


def test_a_full_board_is_not_deleted_but_offers_to_move_its_topics(db, client):
    board_id, target_id = make.board("Full").id, make.board("Target").id
    topic = make.topic(db.get(Board, board_id))
    browser = client(make.admin())

    refused = browser.post(f"/admin/boards/{board_id}/delete")
    moved = browser.post(f"/admin/boards/{board_id}/empty", data={"to_id": str(target_id)})
    deleted = browser.post(f"/admin/boards/{board_id}/delete", follow_redirects=True)

    assert refused.status_code == 422
    assert "Move them first." in refused.text
    assert f'action="/admin/boards/{board_id}/empty"' in refused.text
    assert moved.location == f"/admin/boards/{board_id}/delete"
    assert "“Full” is deleted." in deleted.text
    assert db.get(Board, board_id) is None
    assert db.get(Topic, topic.id).board_id == target_id
    assert [act for act, _board in logged(db)] == ["empty_board", "delete_board"]


def test_topics_are_not_moved_to_a_place_that_cannot_hold_them(db, client):
    board, category = make.board(), make.board(is_category=True)
    make.board()
    make.topic(board)
    browser = client(make.admin())

    for target in (category.id, board.id, 999, "x", ""):
        answer = browser.post(f"/admin/boards/{board.id}/empty", data={"to_id": str(target)})
        assert answer.status_code == 422, target
        assert "Please choose one of the list." in answer.text


def test_unknown_boards_are_not_found(db, client):
    browser = client(make.admin())

    for page in ("edit", "permissions", "moderators", "delete"):
        assert browser.get(f"/admin/boards/999/{page}").status_code == 404
        assert browser.get(f"/admin/boards/99999999999/{page}").status_code == 404
    assert browser.post("/admin/boards/999/order", data={"do": "up"}).status_code == 404
