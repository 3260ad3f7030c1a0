"""What members do on the longest topic, one after the other: how long each has to wait."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks import yardstick
from benchmarks.asking import Asked, Cost
from benchmarks.bench import Bench
from benchmarks.client import Answer, Browser, browser
from benchmarks.figures import percentile
from benchmarks.load import BROWSER
from benchmarks.pages import LARGE, SMALL, Target, cookie_of
from benchmarks.places import Places
from benchmarks.results import ActResult, Latency

SEE_OTHER = 303
# The size of a redirect's body: what the bare view answers beside it.
REDIRECT_BYTES = 250


@dataclass(frozen=True)
class Act:
    """A form that a member sends; `form` gets a word that nobody used before."""

    key: str
    title: str
    path: Callable[[Places], str]
    form: Callable[[str], Mapping[str, str]]


ACTS = (
    Act(
        "reply",
        "reply",
        lambda at: f"{at['longest']}reply",
        lambda word: {"body": f"I have thought about this too.\n\n{word} is what I would try first.", "key": word},
    ),
    Act("rate", "rate", lambda at: f"{at['longest']}rate", lambda _word: {"rating": "4"}),
    Act("follow", "follow", lambda at: f"{at['longest']}follow", lambda _word: {}),
    Act("react", "react", lambda at: f"/post/{at['last_post']}/react", lambda _word: {"reaction": "heart"}),
)


def asked(places: Places) -> list[Asked]:
    """Each act once, for the count of statements, by the member who is last in the list."""
    return [
        Asked(
            key=act.key,
            method="POST",
            path=act.path(places),
            cookie=cookie_of(places["members"][-1])["Cookie"],
            form=act.form(secrets.token_hex(6)),
        )
        for act in ACTS
    ]


def measure(targets: Mapping[str, Target], costs: Mapping[str, Cost], times: int, bench: Bench) -> list[ActResult]:
    """Let so many members act on both forums in turn, with a look at the bare view between."""
    answers: dict[str, dict[str, list[Answer]]] = {act.key: {LARGE: [], SMALL: [], "view": []} for act in ACTS}
    with yardstick.served(bench, [REDIRECT_BYTES]) as sticks, browser(sticks.address, BROWSER) as onlooker:
        for forum, turn in _turns(targets, times):
            target = targets[forum]
            member = target.places["members"][turn]
            with browser(target.address, BROWSER | cookie_of(member)) as client:
                client.get("/healthz")  # opens the connection, as reading the topic did
                for act in ACTS:
                    answers[act.key]["view"].append(onlooker.get(sticks.view(REDIRECT_BYTES).path))
                    answers[act.key][forum].append(_do(act, client, target.places))
    return [_result(act, answers[act.key], costs.get(act.key)) for act in ACTS]


def _turns(targets: Mapping[str, Target], times: int) -> list[tuple[str, int]]:
    """Which forum and which member, in turn; the last member belongs to the count of statements."""
    enough = {forum: min(times, len(target.places["members"]) - 1) for forum, target in targets.items()}
    return [(forum, turn) for turn in range(max(enough.values())) for forum in targets if turn < enough[forum]]


def _do(act: Act, client: Browser, places: Places) -> Answer:
    return client.post(act.path(places), act.form(secrets.token_hex(6)))


def _result(act: Act, answers: Mapping[str, Sequence[Answer]], cost: Cost | None) -> ActResult:
    done = [answer for forum in (LARGE, SMALL) for answer in answers[forum]]
    return ActResult(
        key=act.key,
        title=act.title,
        refused=sum(answer.status != SEE_OTHER for answer in done),
        large=latency([answer.seconds for answer in answers[LARGE] if answer.status == SEE_OTHER]),
        small=latency([answer.seconds for answer in answers[SMALL] if answer.status == SEE_OTHER]),
        view=latency([answer.seconds for answer in answers["view"]]),
        cost=cost,
    )


def latency(seconds: Sequence[float]) -> Latency:
    """In milliseconds."""
    return Latency(
        count=len(seconds),
        p50=percentile(seconds, 0.5) * 1000,
        p95=percentile(seconds, 0.95) * 1000,
        worst=max(seconds, default=0.0) * 1000,
    )
