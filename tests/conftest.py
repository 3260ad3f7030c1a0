"""What every test stands on: both databases, one rolled-back transaction a test, browsers signed in as anyone."""

from __future__ import annotations

import contextvars
import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import connect_tables, create_app
from app.config import Config, from_environment
from app.features.accounts.models import SignIn
from app.features.accounts.sign_in import hash_token
from app.features.accounts.viewer import Viewer
from app.features.presence.places import forget_everyone
from app.features.site.queries import forget_copies, use_version
from app.features.topics.counting import forget_views
from app.kernel import db as database
from app.kernel import migrate, throttle
from app.kernel.cache.changes import news
from app.kernel.cache.copies import EVERYTHING
from app.kernel.clock import now
from app.pages.common import common_pages
from tests import make, servers


def _config(folder: Path, url: str) -> Config:
    return from_environment(
        {
            "STOA_DATA_DIR": str(folder),
            "STOA_DATABASE_URL": url,
            "STOA_BIND": "127.0.0.1:8000",
            "STOA_PAGE_CACHE_MB": "0",
        }
    )


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A migrated database of each kind, shared by the tests of one process."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'stoa.db'}"
        else:
            if servers.find_postgresql() is None:
                pytest.skip("PostgreSQL is not installed")
            server = stack.enter_context(servers.private_postgresql())
            url = stack.enter_context(servers.private_database(server))
        made = database.make_engine(url)
        migrate.upgrade(made)
        yield made
        made.dispose()


@pytest.fixture(scope="session")
def app(engine: sa.Engine, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on the test database."""
    made = create_app(_config(tmp_path_factory.mktemp("site"), engine.url.render_as_string(hide_password=False)))
    made.testing = False
    made.config["PROPAGATE_EXCEPTIONS"] = False
    made.test_client_class = _Client
    common_pages.max_bytes = 4_000_000
    return made


@pytest.fixture
def db(engine: sa.Engine) -> Iterator[Session]:
    """The session of this test; everything it and the requests of this test write is rolled back."""
    connect_tables()
    throttle.open_throttle(None)
    forget_everyone()
    forget_views()
    with engine.connect() as connection:
        outer = connection.begin()
        with database.using_connection(connection):
            database.close_session()
            forget_copies()
            news().forget()
            use_version(None)
            make.begin()
            yield database.current_session()
            database.close_session()
            use_version(None)
        outer.rollback()
    forget_copies()


class _Client(FlaskClient):
    """A browser without scripts. Each request runs in a context of its own, as on a server."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        def request() -> Any:
            return super(_Client, self).open(*args, **kwargs)

        if database.current_session().in_transaction():
            database.current_session().commit()
        answer = contextvars.Context().run(request)
        database.current_session().expire_all()
        use_version(None)
        return answer


@pytest.fixture
def client(app: Flask, db: Session) -> Callable[..., FlaskClient]:
    """Open browsers: `client()` is a guest's, `client(viewer)` one signed in as that member."""

    def open_browser(viewer: Viewer | None = None, *, confirmed: bool = True) -> FlaskClient:
        browser = app.test_client()
        browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        if viewer is not None and viewer.id is not None:
            token = secrets.token_urlsafe(32)
            at = now()
            age = dt.timedelta(0) if confirmed else dt.timedelta(hours=5)
            with database.transaction():
                db.add(
                    SignIn(
                        token_hash=hash_token(token),
                        user_id=viewer.id,
                        created_at=at - age,
                        seen_at=at,
                        confirmed_at=at - age,
                        expires_at=at + dt.timedelta(hours=12),
                    )
                )
            browser.set_cookie("sid", token, domain="localhost")
        return browser

    return open_browser


@pytest.fixture
def count_queries(engine: sa.Engine) -> Callable[[], Any]:
    """Gather every statement but the bounds of transactions."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")):
                seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def copies(app: Flask, db: Session) -> Iterator[Any]:
    """The pages this process keeps, for the length of a test."""
    found = app.extensions["guest_pages"].copies
    found.max_bytes = 4_000_000
    found.drop({EVERYTHING})
    yield found
    found.max_bytes = 0
    found.drop({EVERYTHING})
