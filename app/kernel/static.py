"""Styles, scripts and icons: read once at start, served under a name made of their content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, request

from app.kernel.errors import NotFound

ROOT = Path(__file__).parents[2] / "static"
FIRST, LAST = ("tokens", "base"), ("layout", "content", "utilities")
CACHE_FOREVER = "public, max-age=31536000, immutable"

bp = Blueprint("static_files", __name__)


@dataclass(frozen=True)
class StaticFile:
    body: bytes
    packed: bytes
    kind: str


class StaticFiles:
    """Every file of a folder, held in memory; `version` changes whenever one of them does."""

    def __init__(self, root: Path = ROOT) -> None:
        files = {
            str(path.relative_to(root)): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.suffix in {".css", ".js", ".svg", ".png", ".ico", ".txt"}
        }
        files["site.css"] = _join_styles(root)
        digest = hashlib.sha256()
        for name, body in sorted(files.items()):
            digest.update(name.encode() + b"\0" + body)
        self.version = digest.hexdigest()[:12]
        self.files = {
            name: StaticFile(body, gzip.compress(body, 9, mtime=0), _kind(name)) for name, body in files.items()
        }

    def url(self, name: str) -> str:
        """The address of a file. Raises KeyError for one that does not exist."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"


def _join_styles(root: Path) -> bytes:
    css = root / "css"
    parts = sorted((css / "parts").glob("*.css"))
    ordered = [*(css / f"{n}.css" for n in FIRST), *parts, *(css / f"{n}.css" for n in LAST)]
    return b"\n".join(path.read_bytes() for path in ordered if path.exists())


def _kind(name: str) -> str:
    if name.endswith(".js"):
        return "text/javascript; charset=utf-8"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


static_files = StaticFiles()


@bp.get("/static/<version>/<path:name>")
def show(version: str, name: str) -> Response:
    """One file. An old version's address answers with today's file, stored only briefly."""
    found = static_files.files.get(name)
    if found is None:
        raise NotFound
    packs = "gzip" in request.headers.get("Accept-Encoding", "") and len(found.packed) < len(found.body)
    response = Response(found.packed if packs else found.body, content_type=found.kind)
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = CACHE_FOREVER if version == static_files.version else "public, max-age=60"
    return response
