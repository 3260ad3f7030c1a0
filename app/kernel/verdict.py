"""Answers of policies: yes, or no with a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.errors import Forbidden


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    reason: object = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOW = Verdict(allowed=True)


def deny(reason: object) -> Verdict:
    return Verdict(allowed=False, reason=reason)


def require(verdict: Verdict) -> None:
    """Pass on yes. Raises Forbidden with the policy's sentence on no."""
    if not verdict:
        raise Forbidden(verdict.reason)
