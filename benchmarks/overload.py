"""Twice as many guests as the machine can serve: does a member notice, and is every accepted reply kept?"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.acts import SEE_OTHER, latency
from benchmarks.asking import ask
from benchmarks.bench import Bench
from benchmarks.client import Answer, browser
from benchmarks.load import BROWSER, Request, offer
from benchmarks.pages import cookie_of
from benchmarks.places import Places
from benchmarks.results import OverloadResult
from benchmarks.serving import Served
from benchmarks.sites import Site

TIMES_CAPACITY = 2
READ_EVERY, WRITE_EVERY = 0.1, 1.0  # seconds
CONNECTIONS = 64
CAPACITY_SECONDS = 3.0


def measure(server: Served, site: Site, places: Places, seconds: float, bench: Bench) -> OverloadResult:
    """Find out the capacity for pages that nobody asked for before, then offer twice of it for so many seconds."""
    word = f"Overload {secrets.token_hex(4)}"
    cold = [Request(path, headers=BROWSER) for path in places["cold"]]
    with _member_reads(server, places) as read:
        time.sleep(max(1.0, seconds / 2))
    unloaded = list(read)
    capacity = bench.offer(server.address, cold, seconds=min(CAPACITY_SECONDS, seconds), in_turn=True)
    used = capacity.requests % len(cold)
    with _member_reads(server, places) as read, _replies_come(server, places, word) as written:
        load = offer(
            server.address,
            [*cold[used:], *cold[:used]],
            seconds=seconds,
            connections=CONNECTIONS,
            core=bench.load_core,
            rate=TIMES_CAPACITY * capacity.per_second,
            in_turn=True,
            with_statuses=True,
            patience=20,
        )
    accepted = {text for text, answer in written if answer.status == SEE_OTHER}
    present = set(ask(site.settings, "sources", {"after": places["newest_post"], "prefix": word}, core=bench.load_core))
    return OverloadResult(
        capacity=capacity.per_second,
        offered=TIMES_CAPACITY * capacity.per_second,
        sent=load.requests / load.seconds,
        seconds=load.seconds,
        statuses={str(status): count for status, count in load.statuses.items()},
        broken=load.broken,
        guests_p50=load.p50,
        guests_p99=load.p99,
        unloaded=latency([answer.seconds for answer in unloaded]),
        loaded=latency([answer.seconds for answer in read]),
        member_refused=sum(answer.status != 200 for answer in (*unloaded, *read)),
        accepted=len(accepted),
        present=len(accepted & present),
    )


@contextmanager
def _member_reads(server: Served, places: Places) -> Iterator[list[Answer]]:
    """A member reads on, whatever else goes on in the block."""
    with browser(server.address, BROWSER | cookie_of(places["members"][0])) as client:
        answers: list[Answer] = []
        with _meanwhile(lambda: answers.append(client.get(places["longest"])), READ_EVERY):
            yield answers


@contextmanager
def _replies_come(server: Served, places: Places, word: str) -> Iterator[list[tuple[str, Answer]]]:
    """Members reply to the topics people are busy in, each with a text of its own."""
    written: list[tuple[str, Answer]] = []
    members, talk = places["members"], places["talk"]

    def write() -> None:
        turn = len(written)
        text = f"{word} {turn}."
        with browser(server.address, BROWSER | cookie_of(members[(turn + 1) % len(members)])) as client:
            written.append((text, client.post(f"{talk[turn % len(talk)]}reply", {"body": text, "key": text})))

    with _meanwhile(write, WRITE_EVERY):
        yield written


@contextmanager
def _meanwhile(act: Callable[[], object], pause: float) -> Iterator[None]:
    """Do something at a steady pace for the length of the block. What it raises is raised at its end."""
    stop, failed = threading.Event(), []

    def run() -> None:
        try:
            while not stop.is_set():
                began = time.monotonic()
                act()
                stop.wait(max(0.0, pause - (time.monotonic() - began)))
        except Exception as error:  # noqa: BLE001  (handed on)
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    if failed:
        raise failed[0]
