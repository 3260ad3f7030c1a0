"""Every refusal and fault as a page of the site, with a sentence and a reference the log carries too."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from app.features.accounts.resume import offer_to_resume, words_sent
from app.features.accounts.sign_in import has_lost_sign_in, known_viewer
from app.kernel import db, log
from app.kernel.errors import Busy, Forbidden, Foreign, NotFound, StoaError, TooMany
from app.kernel.words import gettext as _

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5


def init_app(app: Flask) -> None:
    app.register_error_handler(StoaError, show_refusal)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(DBAPIError, show_database_error)
    app.register_error_handler(Exception, show_fault)


def show_refusal(error: StoaError) -> Response:
    viewer = known_viewer()
    if viewer is not None and viewer.is_guest and request.endpoint:
        if isinstance(error, Forbidden):
            return offer_to_resume(str(error.reason))
        if isinstance(error, NotFound) and request.method == "POST" and has_lost_sign_in():
            return offer_to_resume(_("Your sign-in has ended. Sign in again to go on: what you sent is kept."))
    if isinstance(error, Busy):
        return _page(503, retry_after=RETRY_SECONDS)
    if isinstance(error, Foreign):
        logger.warning("refused %s %s from another site", request.method, request.path)
        return _page(error.status, str(error.reason), keeps_words=False)
    if error.status == 403:
        logger.warning("refused %s %s: %s", request.method, request.path, error.reason)
    retry_after = error.retry_after if isinstance(error, TooMany) else None
    return _page(error.status, str(error.reason), retry_after)


def show_http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    answer = _page(error.code)
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def show_database_error(error: DBAPIError) -> Response:
    """A write that met a lock may be tried again; a database that is away is said to be so."""
    if db.is_busy(error) or error.connection_invalidated or "connect" in str(error.orig).lower():
        logger.warning("database away or busy: %s", error.orig)
        return _page(503, retry_after=RETRY_SECONDS)
    return show_fault(error)


def show_fault(error: Exception) -> Response:
    logger.error("fault in %s %s", request.method, request.path, exc_info=error)
    return _page(500)


def _sentence(status: int) -> str:
    return {
        400: _("The request could not be understood."),
        403: _("You may not do this."),
        404: _("There is nothing at this address, or you may not see it."),
        405: _("This address does not take that kind of request. Please use the forms of the site."),
        409: _("Somebody else was faster. Please look again and decide anew."),
        410: _("This was removed for good."),
        413: _("This was too much at once. A post may have up to 32,000 characters."),
        422: _("Something in the form needs another look."),
        429: _("That was too often. Please wait a little and try again."),
        500: _("Something went wrong on our side. It has been written down."),
        503: _("The forum is busy right now. Nothing was lost: wait a few seconds and send it again."),
    }.get(status, _("The request could not be carried out."))


def _title(status: int) -> str:
    return {
        403: _("Not allowed"),
        404: _("Not found"),
        409: _("Changed meanwhile"),
        410: _("Removed"),
        413: _("Too long"),
        429: _("Too often"),
        500: _("Something went wrong"),
        503: _("Please try again"),
    }.get(status, _("That did not work"))


def _page(status: int, sentence: str = "", retry_after: int | None = None, *, keeps_words: bool = True) -> Response:
    sentence = sentence or _sentence(status)
    reference = log.reference.get()
    try:
        kept = words_sent() if keeps_words and status != 413 else []
    except Exception:  # noqa: BLE001  (a body that cannot be parsed is often why we are here)
        kept = []
    try:
        body = render_template(
            "pages/error.html", status=status, heading=_title(status), sentence=sentence, reference=reference, kept=kept
        )
    except Exception:
        logger.exception("the error page itself failed")
        phrase = HTTPStatus(status).phrase
        body = f"<!doctype html><title>{phrase}</title><h1>{phrase}</h1><p>{reference}</p>"
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer
