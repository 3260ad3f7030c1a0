"""A forum that is really served, on a port and in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from app import connect_tables
from app.features.accounts.models import SignIn
from app.features.accounts.sign_in import hash_token
from app.features.site.queries import forget_copies, use_version
from app.kernel import db as database
from app.kernel import migrate
from app.kernel.clock import now
from app.kernel.db import session, transaction
from tests import servers

STOA = Path(sys.executable).parent / "stoa"


@dataclass(frozen=True)
class Site:
    """The address people use, and the same data from inside."""

    address: str
    engine: sa.Engine

    @contextlib.contextmanager
    def data(self) -> Iterator[None]:
        """Let the makers work in this forum's database, whatever database other tests use in this process."""
        before = database._database.engine
        database._database.engine = self.engine
        _forget()
        connect_tables()
        try:
            with database.own_session():
                yield
        finally:
            database._database.engine = before
            _forget()

    def sign_in(self, user_id: int) -> str:
        """The token of a browser in which this member has just signed in."""
        token, at = secrets.token_urlsafe(32), now()
        with self.data(), transaction():
            session.add(
                SignIn(
                    token_hash=hash_token(token),
                    user_id=user_id,
                    created_at=at,
                    seen_at=at,
                    confirmed_at=at,
                    expires_at=at + timedelta(hours=12),
                )
            )
        return token


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Site]:
    """Serve an empty forum with the production server for the length of the block."""
    port = servers.free_port()
    engine = database.make_engine(f"sqlite:///{folder / 'stoa.db'}")
    migrate.upgrade(engine)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STOA_")}
    environment |= {"STOA_BIND": f"127.0.0.1:{port}", "STOA_DATA_DIR": str(folder)}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            servers.ending_with_us(STOA, "serve"),
            cwd=servers.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    site = Site(f"http://127.0.0.1:{port}", engine)
    try:
        _wait(site, process, folder)
        yield site
    finally:
        engine.dispose()
        process.terminate()
        try:
            process.wait(timeout=servers.PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _forget() -> None:
    use_version(None)
    forget_copies()


def _wait(site: Site, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + servers.PATIENCE
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{site.address}/healthz", timeout=5):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the forum does not answer: {(folder / 'server.log').read_text(errors='replace')}")
        time.sleep(0.05)
