"""`stoa serve`: the web server."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server
from granian.server.common import AbstractServer

from app.config import Config
from app.kernel import db, log
from app.operate.site import open_site

# By name, because the server loads it in its worker processes.
SERVED, LONE = "app:create_served_app", "app:create_lone_app"
THREADS = 8  # per worker process
CONNECTIONS = 512  # per worker process; further ones wait in the system's queue
STOP_SECONDS = 20  # what a request that is under way gets when the server stops
HEADER_MILLISECONDS = 15_000

# The server's own words go the way of ours.
LOGGING = {"loggers": {name: {"handlers": [], "propagate": True} for name in ("_granian", "granian.access")}}


@click.command()
def serve() -> None:
    """Serve the forum."""
    config = open_site()
    warn_of_public_address(config)
    run_server(config, SERVED, ready=lambda: click.echo(f"Serving {config.address}"))


def warn_of_public_address(config: Config) -> None:
    """Say so when passwords would travel where others can read them."""
    if not config.is_local and not config.is_https:
        click.secho(
            f"Warning: {config.bind} is open to the network, but STOA_SITE_URL does not begin with https://. "
            "Passwords can be read on their way.",
            fg="yellow",
            err=True,
        )


def run_server(config: Config, factory: str, *, ready: Callable[[], None]) -> None:
    """Serve what `factory` makes until stopped; `ready` is called once the port is ours. Raises ClickException when it is somebody else's."""
    address = _free_address(config)
    log.set_up_logging()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    db.close_session()
    db.engine().dispose()  # a connection must not be shared with the worker processes
    server = make_server(factory, address=address, port=config.port, workers=config.workers)
    server.on_startup(ready)
    server.serve()


def make_server(
    factory: str, *, address: str, port: int, workers: int = 1, static: Path | None = None
) -> AbstractServer[Any]:
    """The web server with the settings that hold everywhere; `benchmarks/` measures its yardsticks under the same.

    `static` is a folder served under /static without asking the application.
    """
    return Server(
        factory,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_SECONDS,
        factory=True,
        static_path_route=["/static"] if static else None,
        static_path_mount=[static] if static else None,
    )


def _free_address(config: Config) -> str:
    """The numeric address to listen on. The server would share a port in use instead of complaining."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise click.ClickException(f"STOA_BIND: {config.host} is no address of this machine.") from error
    try:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except PermissionError as error:
        raise click.ClickException(f"Port {config.port} may only be used by root. Choose one above 1023.") from error
    except OSError as error:
        raise click.ClickException(
            f"{config.bind} cannot be used: {error.strerror}. Choose another with STOA_BIND=127.0.0.1:8001"
        ) from error
    return str(address[0])
