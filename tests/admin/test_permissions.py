"""The permission matrix and the moderators of boards, all by plain forms."""

import sqlalchemy as sa

from app.features.accounts import granting
from app.features.accounts.models import GUESTS, MEMBERS, MODERATORS, Right
from app.features.accounts.names import fold
from app.features.moderation.models import LogEntry
from tests import make
from tests.make import READER, WRITER

SHOWN = {"group": [str(GUESTS), str(MEMBERS), str(MODERATORS)]}


def test_the_matrix_shows_what_was_granted(db, client):
    board = make.board(guests=Right.SEE)

    page = client(make.admin()).get(f"/admin/boards/{board.id}/permissions").text

    assert f'name="g{GUESTS}" value="see" checked' in page
    assert f'name="g{GUESTS}" value="read">' in page
    assert f'name="g{GUESTS}" value="reply"' not in page
    assert f'name="g{MEMBERS}" value="attach" checked' in page
    assert "Administrators: " not in page


def test_a_saved_matrix_acts_on_the_next_request_of_members_who_are_signed_in(db, client):
    board = make.board()
    address = f"/board/{board.id}-{board.slug}/"
    admin, member, guest = client(make.admin()), client(make.viewer()), client()
    before = [member.get(address).status_code, guest.get(address).status_code]

    form = SHOWN | {f"g{MEMBERS}": ["see", "read"], f"g{MODERATORS}": ["see", "read"]}
    saved = admin.post(f"/admin/boards/{board.id}/permissions", data=form)
    reading = [member.get(address).status_code, guest.get(address).status_code]
    writing = member.get(f"{address}new-topic").status_code
    admin.post(f"/admin/boards/{board.id}/permissions", data=SHOWN)

    assert saved.status_code == 303
    assert before == [200, 200]
    assert reading == [200, 404]
    assert writing == 403
    assert member.get(address).status_code == 404


def test_implied_boxes_are_ticked_and_said(db, client):
    board = make.private_board()

    form = SHOWN | {f"g{MEMBERS}": ["reply"]}
    page = client(make.admin()).post(f"/admin/boards/{board.id}/permissions", data=form, follow_redirects=True).text

    assert granting.rights_in(board.id)[MEMBERS] == READER | Right.REPLY
    assert "So this was ticked as well: Members: See the board, Read topics." in page


def test_what_the_board_above_takes_away_is_said(db, client):
    outer = make.board("Outer")
    inner = make.board("Inner", parent=outer)
    browser = client(make.admin())

    form = SHOWN | {f"g{MEMBERS}": ["see", "read"]}
    page = browser.post(f"/admin/boards/{outer.id}/permissions", data=form, follow_redirects=True).text
    below = browser.get(f"/admin/boards/{inner.id}/permissions").text

    assert "“Inner” is closed to Guests, Moderators, who cannot see “Outer” above it." in page
    assert f'name="g{GUESTS}"' not in below
    assert "(cannot see “Outer”)" in below
    assert granting.rights_in(inner.id)[MEMBERS] == WRITER


def test_a_group_that_was_not_on_the_page_keeps_its_rights(db, client):
    board = make.board()

    client(make.admin()).post(f"/admin/boards/{board.id}/permissions", data={"group": str(GUESTS)})

    rights = granting.rights_in(board.id)
    assert rights.get(GUESTS, Right(0)) == Right(0)
    assert rights[MEMBERS] == WRITER


def test_unknown_rights_and_groups_change_nothing(db, client):
    board = make.board()

    form = {"group": [str(MEMBERS), "999", "x"], f"g{MEMBERS}": ["see", "rule", "16"], "g999": ["see"]}
    answer = client(make.admin()).post(f"/admin/boards/{board.id}/permissions", data=form)

    assert answer.status_code == 303
    assert granting.rights_in(board.id)[MEMBERS] == Right.SEE
    assert 999 not in granting.rights_in(board.id)


def test_permissions_are_copied_and_logged(db, client):
    source, board = make.private_board(), make.board()
    browser = client(make.admin())

    answer = browser.post(f"/admin/boards/{board.id}/permissions/copy", data={"from_id": str(source.id)})
    wrong = browser.post(f"/admin/boards/{board.id}/permissions/copy", data={"from_id": "999"})

    entry = db.scalars(sa.select(LogEntry)).one()
    assert answer.status_code == 303
    assert wrong.status_code == 422
    assert MEMBERS not in granting.rights_in(board.id) or not granting.rights_in(board.id)[MEMBERS]
    assert (entry.act, entry.board_id) == ("copy_rights", board.id)
    assert entry.details[str(MEMBERS)] == [int(WRITER), 0]


def test_a_member_becomes_and_stops_being_moderator_of_one_board(db, client):
    board, user = make.board(), make.user("Ann Lee")
    user.name_key = fold("Ann Lee")
    db.commit()
    admin, member = client(make.admin()), client(make.viewer(user))
    before = member.get("/moderation/").status_code

    page = admin.post(f"/admin/boards/{board.id}/moderators/member", data={"name": "ann  LEE"}, follow_redirects=True)
    during = make.viewer(user).moderates(board.id), make.viewer(user).moderates(make.board().id)
    row_id = page.text.split('action="/admin/moderators/')[1].split("/end")[0]
    ended = admin.post(f"/admin/moderators/{row_id}/end")

    assert before in {403, 404}
    assert "Ann Lee now keeps order in" in page.text
    assert during == (True, False)
    assert ended.location == f"/admin/boards/{board.id}/moderators"
    assert not make.viewer(user).moderates(board.id)
    acts = db.execute(sa.select(LogEntry.act, LogEntry.subject_id).order_by(LogEntry.id)).all()
    assert [tuple(act) for act in acts] == [("add_moderator", user.id), ("end_moderator", user.id)]


def test_a_group_keeps_order_everywhere(db, client):
    group_id = MODERATORS
    browser = client(make.admin())
    page = browser.get("/admin/moderators/").text
    row_id = page.split('action="/admin/moderators/')[1].split("/end")[0]
    board = make.board()

    browser.post(f"/admin/moderators/{row_id}/end")
    without = make.moderator().moderates(board.id)
    answer = browser.post("/admin/moderators/group", data={"group_id": str(group_id)})

    assert answer.location == "/admin/moderators/"
    assert not without
    assert make.moderator().moderates(board.id)


def test_unknown_names_and_groups_are_refused_with_what_was_typed(db, client):
    board = make.board()
    browser = client(make.admin())

    for base in ("/admin/moderators", f"/admin/boards/{board.id}/moderators"):
        nobody = browser.post(f"{base}/member", data={"name": "No One"})
        empty = browser.post(f"{base}/member", data={"name": ""})
        everyone = browser.post(f"{base}/group", data={"group_id": str(MEMBERS)})
        assert (nobody.status_code, empty.status_code, everyone.status_code) == (422, 422, 422)
        assert "There is no member with this name." in nobody.text
        assert 'value="No One"' in nobody.text


def test_naming_somebody_twice_is_refused(db, client):
    browser = client(make.admin())

    answer = browser.post("/admin/moderators/group", data={"group_id": str(MODERATORS)})

    assert answer.status_code == 422
    assert "They keep order here already." in answer.text
