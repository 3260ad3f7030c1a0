"""Load from wrk, a generator from Debian's packages: what it is to send, and what it counted."""

from __future__ import annotations

import json
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import pinned
from tests import servers

SCRIPT = Path(__file__).with_name("load.lua")
# As browsers say it; what Stoa packs otherwise than with gzip would need another column in the tables.
BROWSER = {"Accept-Encoding": "gzip"}
GROUP = 1_000  # requests in one function of a plan: LuaJIT allows 65,536 constants in each
READY = "ready"  # what load.lua says
UNTIL_STOPPED = "10m"  # wrk takes whole seconds only, so it is stopped by a signal


@dataclass(frozen=True)
class Request:
    """`{count}` in a body becomes a number that is used once; `weight` is how often, in relation to others."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Load:
    """What came back. Times in milliseconds; `refused` are statuses from 400 on, `broken` lost connections."""

    seconds: float
    requests: int
    bytes: int
    p50: float
    p95: float
    p99: float
    refused: int
    broken: int
    statuses: Mapping[int, int]

    @property
    def per_second(self) -> float:
        """Requests that were answered as wished, per second."""
        return (self.requests - self.refused) / self.seconds if self.seconds else 0.0


class LoadError(Exception):
    """wrk did not do what it was told; the message has its last words."""


def offer(
    address: str,
    requests: Sequence[Request],
    *,
    seconds: float,
    connections: int,
    core: int,
    rate: float = 0,
    in_turn: bool = False,
    with_statuses: bool = False,
    patience: int = 5,
) -> Load:
    """Send requests for so many seconds: each connection the next one as soon as it has its answer, or all of them
    together at `rate` per second. Waits `patience` seconds for an answer.
    """
    with tempfile.TemporaryDirectory(prefix="stoa-load-") as folder:
        plan = Path(folder, "plan.lua")
        plan.write_text(as_lua(requests, rate=rate, in_turn=in_turn, with_statuses=with_statuses))
        command = ["wrk", "--threads=1", f"--connections={connections}", f"--duration={UNTIL_STOPPED}"]
        command += [f"--timeout={patience}s", f"--script={SCRIPT}", address, "--", str(plan)]
        with subprocess.Popen(
            servers.ending_with_us(*pinned(core, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stderr is not None
                first_word = process.stderr.readline()  # it has read the plan, or given up
                time.sleep(seconds if first_word.strip() == READY else 0)
                process.send_signal(signal.SIGINT)
                words, complaint = process.communicate(timeout=patience + 10)
            finally:
                process.kill()
    return parse(f"{words}{first_word}{complaint}")


def as_lua(requests: Sequence[Request], *, rate: float, in_turn: bool, with_statuses: bool) -> str:
    """The plan as the Lua file that load.lua reads."""
    groups = [requests[begin : begin + GROUP] for begin in range(0, len(requests), GROUP)]
    listed = "\n".join(f"add((function() return {{\n{_listed(group)}\n}} end)())" for group in groups)
    return (
        "local all = {}\n"
        "local function add(group) for _, one in ipairs(group) do all[#all + 1] = one end end\n"
        f"{listed}\n"
        f"return {{ rate = {rate:f}, seed = 7, in_turn = {_boolean(in_turn)}, statuses = {_boolean(with_statuses)}, "
        "requests = all }\n"
    )


def _listed(requests: Sequence[Request]) -> str:
    return ",\n".join(_as_lua(request) for request in requests)


def _as_lua(request: Request) -> str:
    headers = ", ".join(f"[{_text(name)}] = {_text(value)}" for name, value in request.headers.items())
    body = _text(request.body) if request.body else "nil"
    return (
        f"{{ weight = {request.weight:f}, method = {_text(request.method)}, path = {_text(request.path)}, "
        f"headers = {{ {headers} }}, body = {body}, counts = {_boolean('{count}' in request.body)} }}"
    )


def _text(value: str) -> str:
    """A Lua string: byte by byte where it is not plain."""
    plain = (chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}" for byte in value.encode())
    return '"' + "".join(plain) + '"'


def _boolean(value: bool) -> str:  # noqa: FBT001
    return "true" if value else "false"


def parse(words: str) -> Load:
    """Read what load.lua wrote among wrk's own words. Raises LoadError when it wrote nothing."""
    line = next((line for line in words.splitlines() if line.startswith("STOA ")), None)
    if line is None:
        raise LoadError(f"wrk gave no figures: {words.strip()[-500:]}")
    found: dict[str, Any] = json.loads(line.removeprefix("STOA "))
    return Load(
        seconds=found["microseconds"] / 1e6,
        requests=found["requests"],
        bytes=found["bytes"],
        p50=found["p50"] / 1000,
        p95=found["p95"] / 1000,
        p99=found["p99"] / 1000,
        refused=found["refused"],
        broken=found["broken"] + found["late"],
        statuses={int(status): count for status, count in sorted(found["statuses"].items())},
    )
