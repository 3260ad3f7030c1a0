"""Groups and members in the administration, all by plain forms."""

import sqlalchemy as sa

from app.features.accounts import queries
from app.features.accounts.models import ADMINISTRATORS, MEMBERS, MODERATORS, Group, User
from app.features.moderation.models import LogEntry
from tests import make


def acts(db):
    return db.scalars(sa.select(LogEntry.act).order_by(LogEntry.id)).all()


def test_a_group_is_added_changed_moved_and_deleted(db, client):
    browser = client(make.admin())

    browser.post("/admin/groups/new", data={"name": "Rowing club", "title": "Rower", "is_team": "y"})
    group = db.scalars(sa.select(Group).where(Group.name == "Rowing club")).one()
    group_id, was_team = group.id, group.is_team
    browser.post(f"/admin/groups/{group_id}/", data={"name": "Rowers", "title": ""})
    browser.post(f"/admin/groups/{group_id}/order", data={"do": "up"})
    order = list(queries.groups())
    page = browser.get("/admin/groups/").text
    deleted = browser.post(f"/admin/groups/{group_id}/delete")

    assert was_team
    assert order[-2:] == [group_id, ADMINISTRATORS]
    assert ">Rowers</a>" in page
    assert deleted.status_code == 303
    assert group_id not in queries.groups()
    assert acts(db) == ["add_group", "edit_group", "order_group", "delete_group"]


def test_a_wrong_group_comes_back_with_what_was_typed(db, client):
    browser = client(make.admin())

    taken = browser.post("/admin/groups/new", data={"name": "MEMBERS", "title": "Typed title"})
    nameless = browser.post(f"/admin/groups/{MEMBERS}/", data={"name": "", "title": "Typed title"})
    long = browser.post("/admin/groups/new", data={"name": "n" * 61})

    assert [answer.status_code for answer in (taken, nameless, long)] == [422, 422, 422]
    assert "Another group has this name." in taken.text
    assert 'value="Typed title"' in taken.text
    assert 'value="Typed title"' in nameless.text
    assert queries.groups()[MEMBERS].name == "Members"


def test_built_in_groups_are_not_deleted(db, client):
    answer = client(make.admin()).post(f"/admin/groups/{MODERATORS}/delete")

    assert answer.status_code == 422
    assert "This group always exists. You can rename it." in answer.text
    assert client(make.admin()).post("/admin/groups/999/delete").status_code == 404


def test_members_are_found_by_name_and_by_address(db, client):
    ann = make.user("Annika Berg")
    make.user("Tomas Lund")
    browser = client(make.admin())

    for wanted in ("annika", "ANNIKA BERG", "annika-berg@forum.test"):
        page = browser.get("/admin/members/", query_string={"q": wanted}).text
        assert f'<a href="/admin/members/{ann.id}/">Annika Berg</a>' in page, wanted
        assert "Tomas Lund" not in page
    nobody = browser.get("/admin/members/", query_string={"q": "100%_'\"<"}).text
    assert "Nobody found" in nobody
    assert "100%_&#39;&#34;&lt;" in nobody


def test_the_list_of_members_has_pages(db, client, monkeypatch):
    monkeypatch.setattr("app.admin.queries.MEMBERS_PER_PAGE", 2)
    users = [make.user(f"Walker {letter}") for letter in "ABCDE"]
    browser = client(make.admin())

    pages, address = [], "/admin/members/?q=walker"
    while address:
        page = browser.get(address).text
        pages.append([user.name for user in users if user.name in page])
        rest = page.split('rel="next" href="')[1:]
        address = rest[0].split('"')[0].replace("&amp;", "&") if rest else None

    assert pages == [["Walker D", "Walker E"], ["Walker B", "Walker C"], ["Walker A"]]
    assert browser.get("/admin/members/?before=x&q=%00").status_code == 200


def test_new_groups_act_on_the_next_request_of_a_member_who_is_signed_in(db, client):
    user, board = make.user(), make.private_board()
    admin, member = client(make.admin()), client(make.viewer(user))
    address = f"/board/{board.id}-{board.slug}/"
    before = member.get(address).status_code

    form = {"group_id": str(MEMBERS), "others": [str(MODERATORS)]}
    saved = admin.post(f"/admin/members/{user.id}/", data=form)
    during = member.get(address).status_code
    page = admin.get(f"/admin/members/{user.id}/").text
    admin.post(f"/admin/members/{user.id}/", data={"group_id": str(MEMBERS)})

    assert saved.status_code == 303
    assert (before, during, member.get(address).status_code) == (404, 200, 404)
    assert f'name="others" value="{MODERATORS}" checked' in page
    assert acts(db) == ["set_groups", "set_groups"]


def test_the_last_administrator_stays_and_is_told_why(db, client):
    admin = make.admin()
    browser = client(admin)

    answer = browser.post(f"/admin/members/{admin.id}/", data={"group_id": str(MEMBERS)})

    assert answer.status_code == 422
    assert "This would leave the site without an administrator, so nothing was changed." in answer.text
    assert db.get(User, admin.id).group_id == ADMINISTRATORS
    assert browser.get("/admin/").status_code == 200


def test_an_administrator_who_steps_down_leaves_the_administration(db, client):
    admin, _other = make.admin(), make.admin()
    browser = client(admin)

    answer = browser.post(f"/admin/members/{admin.id}/", data={"group_id": str(MEMBERS)})

    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/admin/").status_code == 403


def test_groups_that_are_not_offered_are_refused(db, client):
    user = make.user()
    browser = client(make.admin())

    for form in ({"group_id": "1"}, {"group_id": "x"}, {}, {"group_id": str(MEMBERS), "others": ["999"]}):
        answer = browser.post(f"/admin/members/{user.id}/", data=form)
        assert answer.status_code == 422, form
    assert browser.get("/admin/members/999999/").status_code == 404
