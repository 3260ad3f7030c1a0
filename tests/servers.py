"""Servers and programs that some suites need: found where the system keeps them, started privately, stopped for sure.

Only the standard library is used here, so that the gate can ask what is missing before anything else works.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
# Settings of a PostgreSQL whose data nobody needs afterwards: nothing is synced to the disk.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")
PATIENCE = 30.0  # seconds until a server that does not answer counts as broken


class ServerMissingError(Exception):
    """A suite asked for a program that this machine does not have; ask find_... first."""


def find_postgresql() -> Path | None:
    """Give the folder with PostgreSQL's server programs, the newest version first."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: _number(path.parent.name))
    on_path = shutil.which("initdb")
    folders = [*reversed(debian), *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def find_redis() -> Path | None:
    """Give Redis's server program."""
    return _which("redis-server", "valkey-server")


def find_pooler() -> Path | None:
    """Give PgBouncer, which Debian keeps where only the superuser looks."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    return Path(found) if found else None


def find_chromium() -> Path | None:
    """Give a Chromium that Playwright can drive by `executable_path`."""
    return _which("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_wrk() -> Path | None:
    """Give the load generator of the benchmarks."""
    return _which("wrk")


def find_java() -> Path | None:
    """Give the program that runs the HTML checker."""
    return _which("java")


def find_vnu() -> Path | None:
    """Give the Nu HTML checker's jar: `java -jar <it> --format json --stdout --exit-zero-always FILE...`."""
    jar = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    return jar if jar.exists() and find_java() else None


@contextlib.contextmanager
def private_postgresql() -> Iterator[str]:
    """Run an empty PostgreSQL of one's own and give its SQLAlchemy URL; STOA_TEST_POSTGRES_URL names a running one.

    It listens on a socket in its own folder only, and forgets everything: nothing is synced to the disk.
    """
    given = os.environ.get("STOA_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with _folder("stoa-postgresql-", _owner()) as folder, postgresql_in(folder, FORGETFUL) as url:
        yield url


@contextlib.contextmanager
def postgresql_in(folder: Path, settings: Sequence[str], *, cores: str = "") -> Iterator[str]:
    """Run a PostgreSQL that keeps its data in a folder, made at the first time, and give its SQLAlchemy URL.

    `cores` pins it, as taskset(1) names them. The folder belongs to the account of `cluster_owner`
    and has a short path, because a socket's path has at most 107 bytes.
    """
    programs = find_postgresql()
    if programs is None:
        raise ServerMissingError("PostgreSQL is not installed.")
    owner, data = _owner(), folder / "data"
    if not (data / "PG_VERSION").exists():
        options = ["--username=stoa", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = subprocess.run(
            _as(owner, programs / "initdb", "-D", data, *options),
            cwd=folder,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")
    always = ["listen_addresses=", f"unix_socket_directories={folder}", "max_connections=200", "timezone=UTC"]
    flags = [word for setting in (*always, *settings) for word in ("-c", setting)]
    pinned = ["taskset", "--cpu-list", cores] if cores else []
    server = _as(owner, *pinned, programs / "postgres", "-D", data, *flags, dies_by=signal.SIGQUIT)
    with _running(server, folder, stop=signal.SIGINT) as process:
        ready = [str(programs / "pg_isready"), "--quiet", "--host", str(folder), "--username", "stoa"]
        _wait(process, folder, lambda: subprocess.run(ready, check=False).returncode == 0)
        yield f"postgresql+psycopg://stoa@/postgres?host={folder}"


def cluster_owner() -> int:
    """Give the number of the account that PostgreSQL runs as here: ours, or another when we are root."""
    owner = _owner()
    return owner.pw_uid if owner else os.geteuid()


@contextlib.contextmanager
def private_database(server_url: str, template: str = "template0") -> Iterator[str]:
    """Make a database on a server and give its URL; a template that holds the tables saves migrating again.

    A template is a database's name, as `database_name` gives it, and nobody may be connected to it.
    """
    import psycopg
    from psycopg import sql

    name = f"stoa_test_{os.getpid()}_{secrets.token_hex(4)}"
    address = server_url.replace("postgresql+psycopg://", "postgresql://", 1)
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
    before, _, query = server_url.partition("?")
    try:
        yield f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(drop.format(sql.Identifier(name)))


@contextlib.contextmanager
def private_pooler(database_url: str) -> Iterator[str]:
    """Run a PgBouncer before one database of `private_postgresql`, with two connections that each transaction may get any
    of, and give its URL.
    """
    program = find_pooler()
    if program is None:
        raise ServerMissingError("PgBouncer is not installed.")
    owner = _unprivileged() if os.geteuid() == 0 else None
    name, place = database_name(database_url), database_url.partition("host=")[2].partition("&")[0]
    with _folder("stoa-pooler-", owner) as folder:
        port = free_port()
        users, settings = folder / "users.txt", folder / "pooler.ini"
        users.write_text('"stoa" ""\n')
        settings.write_text(
            f"[databases]\n{name} = host={place} user=stoa\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\n"
            f"auth_file = {users}\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 100\n"
        )
        for file in (users, settings):
            file.chmod(0o644)
        with _running(_as(owner, program, settings, dies_by=signal.SIGINT), folder, stop=signal.SIGINT) as process:
            _wait(process, folder, lambda: _listens(port))
            yield f"postgresql+psycopg://stoa@127.0.0.1:{port}/{name}?connect_timeout=5"


def database_name(url: str) -> str:
    """Give the name of the database that a URL leads to."""
    return url.partition("?")[0].rpartition("/")[2]


@contextlib.contextmanager
def private_redis() -> Iterator[str]:
    """Run an empty Redis of one's own, which writes nothing to the disk, and give its URL."""
    program = find_redis()
    if program is None:
        raise ServerMissingError("Redis is not installed.")
    with _folder("stoa-redis-", owner=None) as folder:
        port = free_port()
        settings = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        server = _as(None, program, *settings, dies_by=signal.SIGKILL)
        with _running(server, folder, stop=signal.SIGTERM) as process:
            _wait(process, folder, lambda: _answers(port))
            yield f"redis://127.0.0.1:{port}/0"


def free_port() -> int:
    """Give a port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _number(name: str) -> int:
    return int(name) if name.isdecimal() else 0


def _which(*names: str) -> Path | None:
    return next((Path(path) for path in map(shutil.which, names) if path), None)


def _owner() -> pwd.struct_passwd | None:
    """Give the account PostgreSQL must run as; None for our own."""
    return _unprivileged() if os.geteuid() == 0 else None


def _unprivileged() -> pwd.struct_passwd:
    """Give the account that runs PostgreSQL when we are root, which PostgreSQL refuses to serve."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerMissingError("PostgreSQL does not run as root, and there is no account postgres or nobody.")


def _as(owner: pwd.struct_passwd | None, *command: object, dies_by: signal.Signals | None = None) -> list[str]:
    """Prefix a command so that it runs as somebody else and does not outlive us, whatever ends us."""
    words = [str(word) for word in command]
    setpriv = shutil.which("setpriv")  # part of Debian's base
    if setpriv is None:
        if owner:
            raise ServerMissingError("setpriv (util-linux) is needed to run PostgreSQL as root.")
        return words
    prefix = [setpriv]
    if owner:
        prefix += ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]
    if dies_by:
        prefix += ["--pdeathsig", dies_by.name.removeprefix("SIG")]
    return [*prefix, *words] if len(prefix) > 1 else words


def ending_with_us(*command: object) -> list[str]:
    """Prefix a command so that it is asked to end when we do, whatever ends us."""
    return _as(None, *command, dies_by=signal.SIGTERM)


def _environment() -> dict[str, str]:
    """Keep the settings of other servers (PGHOST, PGDATA ...) away from ours."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@contextlib.contextmanager
def _folder(prefix: str, owner: pwd.struct_passwd | None) -> Iterator[Path]:
    """Make a folder that vanishes afterwards; short, because a socket's path has at most 107 bytes."""
    parent = "/tmp" if os.access("/tmp", os.W_OK) else None  # mkdtemp makes a name of its own in it
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running(command: list[str], folder: Path, *, stop: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a server running for the length of the block; its words go to `log` in its folder."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], folder: Path, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} does not answer: {(folder / 'log').read_text(errors='replace')}")
        time.sleep(0.02)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(7).startswith(b"+PONG")
    return False
