"""The first page of the administration: how much there is, and what runs here."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from app.admin import queries
from app.admin.access import admin_blueprint
from app.admin.queries import Counts
from app.kernel import db, migrate
from app.kernel.release import RELEASE

bp = admin_blueprint("overview", __name__)

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class OverviewPage:
    counts: Counts
    release: str
    database: str
    schema: str


@bp.get("/")
def show() -> ResponseReturnValue:
    kind = db.engine().dialect.name
    page = OverviewPage(
        counts=queries.counts(),
        release=RELEASE,
        database=DATABASES.get(kind, kind),
        schema=migrate.current(db.engine()) or "",
    )
    return render_template("admin/overview.html", page=page)
