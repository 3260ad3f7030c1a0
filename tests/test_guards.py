"""Nobody gets further than the table in tests/roles.py says, by any route."""

import re

import pytest
import sqlalchemy as sa

from app.features.accounts.models import SignInFailure
from app.features.site.queries import forget_copies, use_version
from app.tables import METADATA
from tests import walking
from tests.roles import FORMS, GUEST_MAY_CHANGE, MAY_USE, QUERIES

# Routes and rights do not depend on the kind of database, and this walks all of them as everyone.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def forum(db):
    return walking.build(db)


@pytest.fixture
def ask(app, db, client, forum):
    """Ask for a route as somebody, in a savepoint, so that nobody finds what another one did."""

    def asking(method, rule, role, look=lambda: None, **more):
        key = f"{method} {rule.endpoint}"
        holes = {"post": forum.reply.id, "topic": forum.topic.id}
        sent = {name: value.format(**holes) for name, value in FORMS.get(key, {}).items()}
        path = walking.address(app, rule, forum.values(rule, role, db)) + QUERIES.get(key, "").format(**holes)
        db.commit()
        savepoint = db.get_bind().begin_nested()
        try:
            browser = client(forum.viewers[role])
            browser.environ_base.update(more)
            before = look()
            answer = walking.ask(browser, method, path, sent)
            answer.close()
            return answer, before, look()
        finally:
            db.commit()
            savepoint.rollback()
            db.expire_all()
            forget_copies()
            use_version(None)

    return asking


def test_every_route_has_a_row_in_the_role_table_and_every_row_a_route(app):
    there = {f"{method} {rule.endpoint}" for method, rule in walking.routes(app)}

    assert there - MAY_USE.keys() == set(), "add a row to tests/roles.py"
    assert MAY_USE.keys() - there == set(), "remove the row from tests/roles.py"
    assert {f"POST {endpoint}" for endpoint in GUEST_MAY_CHANGE} <= there


def test_the_role_table_holds(app, ask):
    wrong = []
    for method, rule in walking.routes(app):
        for role in walking.ROLES:
            answer, _, _ = ask(method, rule, role)
            expected = role in MAY_USE[f"{method} {rule.endpoint}"].split()
            if walking.is_let_through(answer) is not expected or answer.status_code >= 500:
                wrong.append(f"{method} {rule.rule} as {role}: {answer.status_code}, expected {expected}")

    assert wrong == []


def test_a_guest_changes_nothing_but_what_is_listed(app, db, ask):
    def rows():
        return {
            table.name: db.scalar(sa.select(sa.func.count()).select_from(table))
            for table in METADATA.sorted_tables
            if table.name != SignInFailure.__tablename__
        }

    changed = []
    for method, rule in walking.routes(app):
        if method == "GET" or rule.endpoint in GUEST_MAY_CHANGE:
            continue
        answer, before, after = ask(method, rule, "guest", rows)
        if walking.is_let_through(answer) or before != after:
            changed.append(f"{rule.endpoint}: {answer.status_code}")

    assert changed == []


def test_nothing_is_changed_for_another_site(app, ask):
    """What a foreign page sends in a member's name is refused by every route, before anything is looked at."""
    accepted = []
    for method, rule in walking.routes(app):
        if method == "GET":
            continue
        answer, _, _ = ask(method, rule, "admin", HTTP_SEC_FETCH_SITE="cross-site", HTTP_ORIGIN="https://evil.example")
        if answer.status_code != 403:
            accepted.append(f"{rule.endpoint}: {answer.status_code}")

    assert accepted == []


def test_administration_asks_for_a_recent_password(app, db, client, forum):
    admin = client(forum.viewers["admin"], confirmed=False)
    let_in = []
    for method, rule in walking.routes(app):
        if rule.endpoint.startswith("admin_"):
            answer = walking.ask(admin, method, walking.address(app, rule, forum.values(rule, "admin", db)))
            answer.close()
            if walking.is_let_through(answer) and "password" not in answer.text:
                let_in.append(f"{method} {rule.rule}: {answer.status_code}")

    assert let_in == []


def test_ids_that_cannot_be_are_answered_with_a_page(app, db, client, forum):
    broken = []
    browser = client(forum.viewers["admin"])
    for method, rule in walking.routes(app):
        if "<id:" not in rule.rule and "<ref:" not in rule.rule:
            continue
        for strange in ("0", "-1", "2147483648", "99999999999999999999", "1e3", "%00", "٣", "1.5", "None"):
            path = re.sub(r"<[^>]+>", strange, rule.rule)
            answer = walking.ask(browser, method, path)
            answer.close()
            if not 400 <= answer.status_code < 500:
                broken.append(f"{method} {path}: {answer.status_code}")

    assert broken == []
