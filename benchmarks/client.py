"""A browser that asks for one thing after the other and looks at the clock."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

PATIENCE = 30.0  # seconds until an answer, or a server that starts, is given up
PAUSE = 0.005  # between looks at a server that starts


@dataclass(frozen=True)
class Answer:
    """`seconds` from sending the request to the last byte of the answer; `body` as it was transferred."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def raw(self) -> bytes:
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body

    @property
    def packed(self) -> bytes:
        """With gzip: as it came, or as a proxy in front would do it."""
        return self.body if self.headers.get("content-encoding") == "gzip" else gzip.compress(self.body, 6, mtime=0)


@dataclass
class Browser:
    """Keeps its connection open between requests, as browsers do. Follows no redirect."""

    address: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=PATIENCE)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._ask("GET", path, None, {**self.headers, **(headers or {})})

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """Send a form as a page of the site does."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address}
        return self._ask("POST", path, urlencode(form), {**self.headers, **kind, **(headers or {})})

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        began = time.perf_counter()
        try:
            self._connection.request(method, path, body, dict(headers))
            answer = self._connection.getresponse()
            content = answer.read()
        except (http.client.HTTPException, OSError):
            self._connection.close()
            raise
        seconds = time.perf_counter() - began
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content, seconds)


@contextlib.contextmanager
def browser(address: str, headers: Mapping[str, str] | None = None) -> Iterator[Browser]:
    opened = Browser(address, headers or {})
    try:
        yield opened
    finally:
        opened.close()


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> float:
    """Wait until this answers 200; gives the seconds it took. Raises RuntimeError when the server gives up."""
    began = time.monotonic()
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=PATIENCE):
            return time.monotonic() - began
        if process.poll() is not None or time.monotonic() > began + PATIENCE:
            raise RuntimeError(f"the server does not answer: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(PAUSE)
