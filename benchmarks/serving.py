"""Forums that are really served, as `stoa serve` and `stoa worker` do it, on one core."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import wait_for
from benchmarks.machine import memory_mb, pinned, running
from benchmarks.sites import STOA, Site
from tests import servers

WITHOUT_PAGE_CACHE = {"STOA_PAGE_CACHE_MB": "0"}


@dataclass(frozen=True)
class Served:
    """`start_seconds` went by from starting the process to the first page."""

    address: str
    process: int
    start_seconds: float

    @property
    def memory_mb(self) -> float:
        return memory_mb(self.process)


@contextlib.contextmanager
def served(site: Site, core: int, *, with_page_cache: bool = True, with_worker: bool = True) -> Iterator[Served]:
    """Serve a forum for the length of the block; with its worker where the web server does not do the jobs."""
    port = servers.free_port()
    settings = {**site.settings, "STOA_BIND": f"127.0.0.1:{port}"}
    settings |= {} if with_page_cache else WITHOUT_PAGE_CACHE
    with tempfile.TemporaryDirectory(prefix="stoa-served-") as folder, contextlib.ExitStack() as stack:
        log = Path(folder, "server.log")
        began = time.monotonic()
        process = stack.enter_context(running(pinned(core, [STOA, "serve"]), settings=settings, log=log))
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/", process, log)
        start_seconds = time.monotonic() - began
        if with_worker and not site.is_embedded:
            stack.enter_context(running(pinned(core, [STOA, "worker"]), settings=settings, log=log))
        yield Served(address, process.pid, start_seconds)
