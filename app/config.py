"""Configuration comes from the environment only, once, at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

KNOWN = frozenset(
    f"STOA_{name}"
    for name in (
        "BIND",
        "DATA_DIR",
        "SITE_URL",
        "DATABASE_URL",
        "DATABASE_READ_URL",
        "REDIS_URL",
        "TRUSTED_PROXIES",
        "SECRET_FILE",
        "WORKERS",
        "PAGE_CACHE_MB",
    )
)
# Read by run.py and the tests, which start before there is a Config.
TOOLS = ("STOA_TEST_", "STOA_NO_UV", "STOA_ATTEMPT_")


class ConfigError(Exception):
    """The environment asks for something this release cannot do; the message says what, for a person."""


@dataclass(frozen=True)
class Config:
    bind: str
    data_dir: Path
    site_url: str | None
    database_url: str
    database_read_url: str | None
    redis_url: str | None
    trusted_proxies: int
    secret_file: Path
    workers: int
    page_cache_mb: int

    @property
    def host(self) -> str:
        return self.bind.rpartition(":")[0].strip("[]") or "127.0.0.1"

    @property
    def port(self) -> int:
        return int(self.bind.rpartition(":")[2])

    @property
    def address(self) -> str:
        """Where people reach the site: the configured address, or the one it is bound to."""
        return self.site_url or f"http://{self.bind}"

    @property
    def is_https(self) -> bool:
        return self.address.startswith("https://")

    @property
    def is_embedded(self) -> bool:
        """True for SQLite: everything happens on this machine, the jobs in the web server's processes too."""
        return self.database_url.startswith("sqlite:")

    @property
    def database_file(self) -> Path:
        """Where SQLite keeps the data."""
        return Path(self.database_url.removeprefix("sqlite:///").partition("?")[0])

    @property
    def is_local(self) -> bool:
        """True when only this machine can reach the bound address."""
        return self.host in {"127.0.0.1", "localhost", "::1"}


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """Read the STOA_* variables. Raises ConfigError for an unknown name or a value that cannot be right."""
    env = os.environ if environ is None else environ
    unknown = sorted(n for n in env if n.startswith("STOA_") and n not in KNOWN and not n.startswith(TOOLS))
    if unknown:
        msg = f"Unknown settings: {', '.join(unknown)}. Known are: {', '.join(sorted(KNOWN))}."
        raise ConfigError(msg)

    data_dir = Path(env.get("STOA_DATA_DIR") or "var").absolute()
    return Config(
        bind=_bind(env.get("STOA_BIND") or "127.0.0.1:8000"),
        data_dir=data_dir,
        site_url=_site_url(env.get("STOA_SITE_URL")),
        database_url=_database_url(env.get("STOA_DATABASE_URL"), data_dir),
        database_read_url=_read_url(env.get("STOA_DATABASE_READ_URL"), data_dir),
        redis_url=env.get("STOA_REDIS_URL") or None,
        trusted_proxies=_number("STOA_TRUSTED_PROXIES", env.get("STOA_TRUSTED_PROXIES") or "0", 0, 10),
        secret_file=Path(env.get("STOA_SECRET_FILE") or data_dir / "secrets").absolute(),
        workers=_number("STOA_WORKERS", env.get("STOA_WORKERS") or "1", 1, 64),
        page_cache_mb=_number("STOA_PAGE_CACHE_MB", env.get("STOA_PAGE_CACHE_MB") or "16", 0, 65_536),
    )


def _bind(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        msg = f"STOA_BIND must look like 127.0.0.1:8000, not {value!r}."
        raise ConfigError(msg)
    return value


def _site_url(value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        msg = f"STOA_SITE_URL must look like https://forum.example.org, not {value!r}."
        raise ConfigError(msg)
    return f"{parts.scheme}://{parts.netloc}"


def _database_url(value: str | None, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{data_dir / 'stoa.db'}"
    if not value.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
        msg = "STOA_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://."
        raise ConfigError(msg)
    return value.replace("postgresql://", "postgresql+psycopg://", 1)


def _read_url(value: str | None, data_dir: Path) -> str | None:
    return _database_url(value, data_dir) if value else None


def _number(name: str, value: str, low: int, high: int) -> int:
    if not value.isdigit() or not low <= int(value) <= high:
        msg = f"{name} must be a number from {low} to {high}, not {value!r}."
        raise ConfigError(msg)
    return int(value)
