"""What members do on the longest topic, one after the other: how long each has to wait."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks import yardstick
from benchmarks.asking import Asked, Cost
from benchmarks.bench import Bench
from benchmarks.client import Answer, browser
from benchmarks.figures import median, percentile
from benchmarks.load import BROWSER
from benchmarks.pages import LARGE, SMALL, VIEW, Target, cookie_of
from benchmarks.places import Places
from benchmarks.results import ActResult, Latency
from benchmarks.sites import Site

SEE_OTHER = 303
# The size of a redirect's body: what the bare view answers beside it.
REDIRECT_BYTES = 250
# Members, from the end of the list, who act before the clock counts, and one whose statements are counted.
WARM_UP, COUNTED = (-3, -2), -1
APART = (*WARM_UP, COUNTED)
PATIENCE = 300.0  # seconds until work that was put off must be done


@dataclass(frozen=True)
class Often:
    """How many members do each thing. Fewer reply, because everybody waits for what a reply causes."""

    acts: int
    replies: int


@dataclass(frozen=True)
class Act:
    """A form that a member sends; `form` gets a word that nobody used before. What causes work for later is measured on a
    server that has done it.
    """

    key: str
    title: str
    path: Callable[[Places], str]
    form: Callable[[str], Mapping[str, str]]
    causes_work: bool = False


ACTS = (
    Act("rate", "rate", lambda at: f"{at['longest']}rate", lambda _word: {"rating": "4"}),
    Act("follow", "follow", lambda at: f"{at['longest']}follow", lambda _word: {}),
    Act("react", "react", lambda at: f"/post/{at['last_post']}/react", lambda _word: {"reaction": "heart"}),
    Act(
        "reply",
        "reply",
        lambda at: f"{at['longest']}reply",
        lambda word: {"body": f"I have thought about this too.\n\n{word} is what I would try first.", "key": word},
        causes_work=True,
    ),
)


def asked(places: Places) -> list[Asked]:
    """Each act once, for the count of statements, by the member who is last in the list."""
    return [
        Asked(
            key=act.key,
            method="POST",
            path=act.path(places),
            cookie=cookie_of(places["members"][COUNTED])["Cookie"],
            form=act.form(secrets.token_hex(6)),
        )
        for act in ACTS
    ]


def measure(
    targets: Mapping[str, Target], sites: Mapping[str, Site], costs: Mapping[str, Cost], often: Often, bench: Bench
) -> list[ActResult]:
    """Let members act on both forums in turn, with a look at the bare view between."""
    with contextlib.ExitStack() as stack:
        sticks = stack.enter_context(yardstick.served(bench, [REDIRECT_BYTES]))
        onlooker = stack.enter_context(browser(sticks.address, BROWSER))
        jobs = {forum: stack.enter_context(site.jobs()) for forum, site in sites.items()}
        _wait_for(jobs)
        return [
            _measure(act, targets, jobs, lambda: onlooker.get(sticks.view(REDIRECT_BYTES).path), often)
            | {"cost": costs.get(act.key)}
            for act in ACTS
        ]


def _measure(
    act: Act,
    targets: Mapping[str, Target],
    jobs: Mapping[str, Callable[[], int]],
    look_on: Callable[[], Answer],
    often: Often,
) -> ActResult:
    answers: dict[str, list[Answer]] = {forum: [] for forum in (*targets, VIEW)}
    afterwards: list[float] = []
    most = min(len(target.places["members"]) for target in targets.values()) - len(APART)
    wanted = min(most, often.replies if act.causes_work else often.acts)
    for turn in (*WARM_UP, *range(wanted)):
        for forum, target in targets.items():
            with browser(target.address, BROWSER | cookie_of(target.places["members"][turn])) as client:
                client.get("/healthz")  # opens the connection, as reading the topic did
                answers[VIEW].append(look_on())
                answers[forum].append(client.post(act.path(target.places), act.form(secrets.token_hex(6))))
        if act.causes_work:
            afterwards.append(_wait_for(jobs))
    measured = {forum: found[-wanted:] for forum, found in answers.items()}
    return _result(act, measured, afterwards[-wanted:])


def _wait_for(jobs: Mapping[str, Callable[[], int]]) -> float:
    """Wait until nothing is left to do on any forum; gives the seconds it took. Raises TimeoutError."""
    began = time.monotonic()
    while any(count() for count in jobs.values()):
        if time.monotonic() > began + PATIENCE:
            raise TimeoutError(f"The work that was put off is not done after {PATIENCE:g} s.")
        time.sleep(0.1)
    return time.monotonic() - began


def _result(act: Act, answers: Mapping[str, Sequence[Answer]], afterwards: Sequence[float]) -> ActResult:
    done = [answer for forum in (LARGE, SMALL) for answer in answers[forum]]
    return ActResult(
        key=act.key,
        title=act.title,
        refused=sum(answer.status != SEE_OTHER for answer in done),
        large=latency([answer.seconds for answer in answers[LARGE] if answer.status == SEE_OTHER]),
        small=latency([answer.seconds for answer in answers[SMALL] if answer.status == SEE_OTHER]),
        view=latency([answer.seconds for answer in answers[VIEW]]),
        afterwards_seconds=median(afterwards) if act.causes_work else None,
        cost=None,
    )


def latency(seconds: Sequence[float]) -> Latency:
    """In milliseconds."""
    return Latency(
        count=len(seconds),
        p50=percentile(seconds, 0.5) * 1000,
        p95=percentile(seconds, 0.95) * 1000,
        worst=max(seconds, default=0.0) * 1000,
    )
