"""Who gets into the administration: administrators who gave their password a short while ago, and nobody else."""

import pytest

from tests import make


def admin_routes(app, **ids):
    """Every address below /admin/ with each of its methods; ids that are not given are 1."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin/"):
            values = {name: ids.get(name, 1) for name in rule.arguments} | dict(rule.defaults or {})
            address = app.url_map.bind("localhost").build(rule.endpoint, values)
            found += [(method, address) for method in sorted(rule.methods & {"GET", "POST"})]
    return found


@pytest.mark.parametrize("who", ["guest", "member", "moderator", "board moderator"])
def test_nobody_else_gets_to_any_page_or_act(app, db, client, who):
    board = make.board()
    make.admin()
    viewer = {
        "guest": lambda: None,
        "member": make.viewer,
        "moderator": make.moderator,
        "board moderator": lambda: make.board_moderator(board),
    }[who]()
    browser = client(viewer)

    routes = admin_routes(app)
    answers = {(method, address): browser.open(address, method=method) for method, address in routes}

    assert len(routes) > 25
    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code != 403} == {}
    for answer in answers.values():
        if who == "guest":
            assert "Sign in as an administrator to see this page." in answer.text
        else:
            assert "Only administrators may do this." in answer.text


def test_administrators_get_to_every_page(app, db, client):
    board, admin = make.board(), make.admin()
    browser = client(admin)

    routes = admin_routes(app, board_id=board.id, user_id=admin.id)
    answers = {address: browser.get(address).status_code for method, address in routes if method == "GET"}

    assert {address: status for address, status in answers.items() if status != 200} == {}


def test_an_old_password_has_to_be_given_again(app, db, client):
    make.board()
    browser = client(make.admin(), confirmed=False)

    for method, address in admin_routes(app):
        answer = browser.open(address, method=method)
        if method == "GET":
            assert answer.status_code == 303, address
            assert answer.location.startswith("/sign-in/confirm/?next=%2Fadmin%2F")
        else:
            assert answer.status_code == 403, address
            assert "assword" in answer.text


def test_what_was_typed_is_carried_through_the_question_for_the_password(db, client):
    browser = client(make.admin(), confirmed=False)

    answer = browser.post("/admin/groups/new", data={"name": "Rowing club"})

    assert answer.status_code == 403
    assert "Rowing club" in answer.text


def test_the_menu_says_where_one_is(db, client):
    page = client(make.admin()).get("/admin/groups/new").text

    menu = page.split('class="side-nav"')[1].split("</nav>")[0]
    assert '<a href="/admin/groups/" aria-current="page">' in menu
    assert menu.count("aria-current") == 1


def test_the_overview_counts_and_names_what_runs(db, client, engine):
    topic = make.topic(replies=2)
    make.topic(make.private_board(), make.moderator())

    page = client(make.admin()).get("/admin/").text

    assert topic.post_count == 3
    assert "<dt>Topics</dt><dd>2</dd>" in page
    assert "<dt>Posts</dt><dd>4</dd>" in page
    assert {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[engine.dialect.name] in page
