"""For whoever watches the server: is the process up, can it do its work."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from app.kernel import db, migrate

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def process() -> Response:
    return _plain("ok")


@bp.get("/readyz")
def ready() -> Response:
    """200 when the database answers and its schema is this release's; 503 otherwise."""
    try:
        current = migrate.is_current(db.engine())
    except SQLAlchemyError:
        return _plain("database away", 503)
    return _plain("ok") if current else _plain("schema is not current: run stoa db upgrade", 503)


def _plain(text: str, status: int = 200) -> Response:
    response = Response(text, status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
