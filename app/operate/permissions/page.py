"""The page docs/permissions.md."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType

from app.operate.permissions.cases import CASES, POLICIES, Case, Policy
from app.operate.permissions.people import VIEWERS

INTRODUCTION = """# Who may do what

Made by `python -m app.operate.permissions > docs/permissions.md` from the policies; a test keeps it current.

Each row asks one question of a policy in one situation. The *member* is any member, the *author* wrote the topic and
its posts, the *board moderator* keeps order in the board in question unless it is private or said to be another's, the
*moderator* keeps order everywhere and may read the private board, the *administrator* may do what any group may. Groups
other than these get the rights that an administrator grants them, board by board.
"""


def page() -> str:
    return "\n".join([INTRODUCTION, *(line for policy in POLICIES for line in _section(policy))]) + "\n"


def questions(policies: ModuleType) -> list[Policy]:
    """Every `may_*` a policy module defines itself, in the order of the file."""
    found = [f for name, f in inspect.getmembers(policies, inspect.isfunction) if name.startswith("may_")]
    return sorted((f for f in found if f.__module__ == policies.__name__), key=lambda f: f.__code__.co_firstlineno)


def _section(policies: ModuleType) -> Iterator[str]:
    yield f"## {policies.__name__.split('.')[-2].capitalize()}"
    yield ""
    yield (policies.__doc__ or "").strip()
    yield ""
    yield f"| question | situation | {' | '.join(VIEWERS)} |"
    yield f"|---|---|{'---|' * len(VIEWERS)}"
    asked = [case for case in CASES if case.policy in questions(policies)]
    yield from map(_row, asked)
    yield ""
    for policy in questions(policies):
        if policy.__doc__:
            yield f"- `{policy.__name__}`: {' '.join(policy.__doc__.split())}"
    yield ""


def _row(case: Case) -> str:
    answers = ["yes" if case.policy(viewer, *case.asked) else "no" for viewer in VIEWERS.values()]
    return f"| `{case.policy.__name__}` | {case.when} | {' | '.join(answers)} |"
