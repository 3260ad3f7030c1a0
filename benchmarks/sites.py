"""The forums that are measured: seeded once and kept, copied for every run so that each finds the same."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from app.kernel.db import make_engine
from benchmarks.asking import ask
from benchmarks.machine import plain_environment, say
from tests import servers

STOA = Path(sys.executable).parent / "stoa"
LONGEST = 50_000
FILE_COPY_SINCE = 150_000  # PostgreSQL 15 learned to copy a database as files
# Durability stays as PostgreSQL is delivered: a reply is on the disk before it is answered.
POSTGRESQL = ("shared_buffers=256MB", "max_wal_size=4GB")


@dataclass(frozen=True)
class Size:
    """How much is in a forum."""

    posts: int

    @property
    def members(self) -> int:
        return max(200, self.posts // 50)

    @property
    def topics(self) -> int:
        return max(20, self.posts // 10)

    @property
    def longest(self) -> int:
        return min(LONGEST, self.posts // 2)

    @property
    def options(self) -> list[str]:
        counts = {"members": self.members, "topics": self.topics, "posts": self.posts, "longest": self.longest}
        return [f"--{name}={count}" for name, count in counts.items()]


@dataclass(frozen=True)
class Site:
    """A forum's data, as its settings name it."""

    folder: Path
    database_url: str = ""

    @property
    def settings(self) -> dict[str, str]:
        urls = {"STOA_DATABASE_URL": self.database_url} if self.database_url else {}
        return {"STOA_DATA_DIR": str(self.folder), **urls}

    @property
    def is_embedded(self) -> bool:
        return not self.database_url

    @contextlib.contextmanager
    def jobs(self) -> Iterator[Callable[[], int]]:
        """A function that counts the work which was put off and is not done yet."""
        waiting = sa.text("SELECT count(*) FROM jobs WHERE repeats IS NULL AND dead_at IS NULL")
        engine = make_engine(self.database_url or f"sqlite:///{self.folder / 'stoa.db'}")

        def count() -> int:
            with engine.connect() as connection:
                return int(connection.scalar(waiting) or 0)

        try:
            yield count
        finally:
            engine.dispose()


class SeedError(Exception):
    """A forum could not be seeded; the message has the last words of the command."""


@contextlib.contextmanager
def sqlite_sites(sizes: Mapping[str, Size], cache: Path, given: Mapping[str, Path]) -> Iterator[dict[str, Site]]:
    """Forums by name, on SQLite. `given` names folders seeded by somebody else, to copy instead of seeding."""
    kept = {name: given.get(name) or _kept_folder(size, cache) for name, size in sizes.items()}
    with _empty_folder(cache / "copies") as copies:
        for name, folder in kept.items():
            shutil.copytree(folder, copies / name)
        yield {name: Site(copies / name) for name in kept}


def _kept_folder(size: Size, cache: Path) -> Path:
    folder = cache / f"sqlite-{size.posts}-{_version()}"
    if not folder.exists():
        _forget_old(cache, f"sqlite-{size.posts}-*")
        unfinished = folder.with_name(f"{folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        seed(Site(unfinished), size)
        unfinished.rename(folder)
    return folder


@contextlib.contextmanager
def postgresql_sites(sizes: Mapping[str, Size], cache: Path, core: int) -> Iterator[dict[str, Site]]:
    """Forums by name, on a private PostgreSQL that keeps its data and runs on this core while it is measured."""
    cluster = _cluster_folder()
    databases = {name: f"kept_{size.posts}_{_version()}" for name, size in sizes.items()}
    with servers.postgresql_in(cluster, POSTGRESQL) as server:
        _drop_others(server, set(databases.values()))
        for name, size in sizes.items():
            _keep_database(server, databases[name], size, cache)

    with (
        servers.postgresql_in(cluster, POSTGRESQL, cores=str(core)) as server,
        _empty_folder(cache / "copies") as copies,
    ):
        for name, database in databases.items():
            _copy_database(server, database, f"copy_{name}")
            shutil.copytree(cache / database, copies / name)
        try:
            yield {name: Site(copies / name, _url(server, f"copy_{name}")) for name in databases}
        finally:
            _drop_others(server, set(databases.values()))


def _keep_database(server: str, database: str, size: Size, cache: Path) -> None:
    folder = cache / database
    if database in _names(server) and folder.exists():
        return
    _forget_old(cache, f"kept_{size.posts}_*")
    unfinished = folder.with_name(f"{database}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    _execute(server, sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))
    _execute(server, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(database)))
    site = Site(unfinished, _url(server, database))
    seed(site, size)
    _execute(site.database_url, sql.SQL("VACUUM (ANALYZE)"))
    unfinished.rename(folder)


def _copy_database(server: str, database: str, copy: str) -> None:
    words = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(database))
    with psycopg.connect(_address(server), autocommit=True) as connection:
        as_files = connection.info.server_version >= FILE_COPY_SINCE
        connection.execute(words + sql.SQL(" STRATEGY file_copy") if as_files else words)


def _drop_others(server: str, wanted: Collection[str]) -> None:
    """Drop what an earlier run or an earlier way of seeding left."""
    keep = {"postgres", "template0", "template1", *wanted}
    for name in _names(server) - keep:
        _execute(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _names(server: str) -> set[str]:
    with psycopg.connect(_address(server), autocommit=True) as connection:
        return {str(name) for (name,) in connection.execute("SELECT datname FROM pg_database")}


def _execute(url: str, statement: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(_address(url), autocommit=True) as connection:
        connection.execute(statement)


def _address(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _url(server: str, database: str) -> str:
    before, _, query = server.partition("?")
    return f"{before.rpartition('/')[0]}/{database}?{query}"


def _cluster_folder() -> Path:
    """A folder that the account of PostgreSQL can reach, which a checkout of root's may not be.

    Raises RuntimeError when somebody else has made it.
    """
    checkout = hashlib.sha256(str(servers.ROOT).encode()).hexdigest()[:8]
    folder, owner = Path("/var/tmp") / f"stoa-benchmarks-{checkout}", servers.cluster_owner()
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, owner, -1)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise RuntimeError(f"{folder} is not ours. Remove it and try again.")
    return folder


def seed(site: Site, size: Size) -> None:
    """Make a forum of this size. Its progress goes to the terminal."""
    for command in (["init"], ["bench", "seed", *size.options]):
        done = subprocess.run(
            servers.ending_with_us(STOA, *command),
            cwd=servers.ROOT,
            env=plain_environment(site.settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if command == ["init"] else None,
            check=False,
        )
        if done.returncode:
            raise SeedError(f"`stoa {' '.join(command)}` failed; its words are above.")
    say("Indexing it for search; a million posts take some minutes")
    ask(site.settings, "settle")


@contextlib.contextmanager
def only_one_at_a_time(cache: Path) -> Iterator[None]:
    """Hold the cache. Raises SystemExit when another run does: two would measure each other."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("Another benchmark is running here.")
        yield


@contextlib.contextmanager
def _empty_folder(folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _forget_old(cache: Path, pattern: str) -> None:
    for folder in cache.glob(pattern):
        shutil.rmtree(folder, ignore_errors=True)


def _version() -> str:
    """What decides how a seeded forum looks: the tables, the program that fills them, and what search knows of a text."""
    sources = [
        *(servers.ROOT / "migrations" / "versions").glob("*.py"),
        *(servers.ROOT / "app" / "operate" / "bench").rglob("*.py"),
        servers.ROOT / "app" / "features" / "search" / "analysis.py",
    ]
    digest = hashlib.sha256()
    for source in sorted(sources):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:10]
