"""Stoa, a discussion forum."""

from __future__ import annotations

import ctypes
import sys
import time
from contextlib import suppress
from multiprocessing.util import Finalize
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_babel import Babel
from sqlalchemy import event
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from app import routes
from app.config import Config, from_environment
from app.connecting import connect_tables
from app.features.accounts import sign_in
from app.features.site.queries import use_version
from app.kernel import background, db, log, throttle
from app.kernel.cache.changes import Listening, news
from app.kernel.cache.front import Front
from app.kernel.cache.lanes import step_aside
from app.kernel.cache.pages import GuestPages
from app.kernel.flash import carry_flash
from app.kernel.headers import add_headers
from app.kernel.locales import languages
from app.kernel.origin import check_origin
from app.kernel.routing import IdConverter, RefConverter
from app.kernel.secret import secret_key
from app.pages import chrome, common, errors, guests

# A text of a million characters still comes back to its writer with a sentence; more is refused unread.
MAX_FORM_BYTES = 4_000_000
MAX_FORM_PARTS = 1_000
MEGABYTE = 1_000_000
# A member's request gives up the interpreter at each statement; whoever takes it meanwhile may keep it only so long.
SWITCH_SECONDS = 0.001
M_ARENA_MAX, POOLS = -8, 2


def create_app(config: Config | None = None) -> Flask:
    """The web application. Opens the database but changes nothing in it."""
    config = config or from_environment()
    config.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask("app", root_path=str(routes.ROOT), template_folder="templates", static_folder=None)
    app.config.update(
        STOA=config,
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        BABEL_TRANSLATION_DIRECTORIES=str(routes.ROOT / "translations"),
    )
    app.url_map.converters.update(id=IdConverter, ref=RefConverter)
    app.url_map.redirect_defaults = False
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}

    secret_key.open(config.secret_file)
    db.open_database(config.database_url, config.database_read_url)
    for engine in db.engines():
        event.listen(engine, "before_cursor_execute", step_aside)
    throttle.open_throttle(config.redis_url)
    connect_tables()
    sign_in.init_app(app)
    Babel(app, locale_selector=chrome.select_locale, timezone_selector=chrome.select_time_zone)

    for blueprint in routes.BLUEPRINTS:
        app.register_blueprint(blueprint)
    chrome.init_app(app)
    errors.init_app(app)
    _add_request_steps(app, config)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    _put_front(app, config)
    return app


def create_served_app() -> Flask:
    """What the web server loads: the application with its background thread.

    On SQLite that thread works off the jobs too; otherwise `stoa worker` does.
    """
    return _create_with_background(with_jobs=from_environment().is_embedded)


def create_lone_app() -> Flask:
    """The same where no `stoa worker` can be expected: jobs are worked off here whatever the database is."""
    return _create_with_background(with_jobs=True)


def _create_with_background(*, with_jobs: bool) -> Flask:
    log.set_up_logging()
    sys.setswitchinterval(SWITCH_SECONDS)
    _share_memory_pools()
    app = create_app(from_environment())
    listening, thread = Listening(), background.Background(with_jobs=with_jobs)
    listening.start()
    thread.start()
    Finalize(None, listening.stop, exitpriority=2)
    Finalize(None, thread.stop, exitpriority=1)  # writes what is buffered; a forked worker process runs no atexit
    return app


def _share_memory_pools() -> None:
    """Let all threads take memory from the same two pools: one for each keeps far more of it (mallopt(3), M_ARENA_MAX)."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, POOLS)


def _put_front(app: Flask, config: Config) -> None:
    """Before everything else: pages kept for guests, and lanes."""
    with app.app_context():
        languages()  # known from here on, outside of requests too
    address = urlsplit(config.address)
    pages = GuestPages(
        app.wsgi_app,
        addresses=guests.PAGES,
        look_of=guests.look_of,
        origin=(address.scheme, address.netloc),
        max_bytes=config.page_cache_mb * MEGABYTE * 2 // 3,
    )
    common.common_pages.max_bytes = config.page_cache_mb * MEGABYTE // 3
    app.extensions["guest_pages"] = pages
    app.wsgi_app = Front(  # type: ignore[method-assign,assignment]
        pages,
        is_free=guests.FREE,
        is_form=guests.FORMS,
        is_member=guests.is_member,
        busy_page=lambda: guests.busy_page(app),
    )
    news().connect([pages.copies.drop, common.common_pages.drop], config.redis_url)


def _check_size_of_form() -> None:
    """Flask limits the fields of multipart forms only; millions of empty ones take seconds to take apart."""
    if request.mimetype == "application/x-www-form-urlencoded" and request.get_data().count(b"&") >= MAX_FORM_PARTS:
        raise RequestEntityTooLarge


def _add_request_steps(app: Flask, config: Config) -> None:
    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        log.new_reference()
        use_version(None)
        common.begin()
        check_origin(request, config.site_url)
        _check_size_of_form()

    @app.after_request
    def finish(response: Response) -> Response:
        carry_flash(response, is_https=config.is_https)
        return add_headers(response, is_https=config.is_https)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        db.close_session()
        use_version(None)
