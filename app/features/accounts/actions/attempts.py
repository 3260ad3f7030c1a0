"""Trying a password: every attempt is counted before the password is looked at, and taken back when it was right.

So a hundred guesses at once count as a hundred. Limits are per quarter of an hour.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.features.accounts import queries
from app.features.accounts.models import SignInFailure
from app.features.accounts.names import fold_login
from app.features.accounts.viewer import Viewer
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.errors import TooMany
from app.kernel.words import gettext as _

WINDOW = timedelta(minutes=15)
PER_ACCOUNT_AND_NETWORK = 10
PER_ACCOUNT = 50
PER_NETWORK = 100
PER_DEVICE = 10
# Guesses at one account from many networks: after so many, one every few seconds.
UNHURRIED = 10
PACE = timedelta(seconds=5)


@dataclass(frozen=True)
class Attempt:
    """A password about to be tried: against which hash (None when there is no such account), and how it is counted."""

    user_id: int | None
    password_hash: str | None
    keys: tuple[str, ...]
    counted_ids: tuple[int, ...]


def begin_sign_in(login: str, network: str, devices: Mapping[int, str]) -> Attempt:
    """Count an attempt to sign in by name or e-mail address. Raises TooMany.

    `devices` names, by account, a device that has signed in to it before: it counts for itself, so that the failures
    of others do not lock its owner out.
    """
    user = queries.find_by_login(login)
    account = (
        str(user.id) if user else "?" + hashlib.sha256(fold_login(login).encode("utf-8", "replace")).hexdigest()[:32]
    )
    device = devices.get(user.id) if user else None
    if device is not None:
        limits = {f"device:{account}:{device}": PER_DEVICE}
    else:
        limits = {
            f"account:{account}:{network}": PER_ACCOUNT_AND_NETWORK,
            f"account:{account}": PER_ACCOUNT,
            f"network:{network}": PER_NETWORK,
        }
    counted = _count(limits, paced=f"account:{account}")
    return Attempt(user.id if user else None, user.password_hash if user else None, tuple(limits), counted)


def begin_confirmation(viewer: Viewer) -> Attempt:
    """Count an attempt to give one's own password again. Raises TooMany."""
    user = queries.get_user(viewer.member_id)
    key = f"confirm:{user.id}:{viewer.sign_in_id}"
    return Attempt(user.id, user.password_hash, (key,), _count({key: PER_DEVICE}))


def forgive(attempt: Attempt) -> None:
    """The password was right: this attempt was no failure, and earlier ones from the same place are forgotten."""
    session.execute(
        sa.delete(SignInFailure).where(
            sa.or_(SignInFailure.id.in_(attempt.counted_ids), SignInFailure.key == attempt.keys[0])
        )
    )


def _count(limits: Mapping[str, int], paced: str = "") -> tuple[int, ...]:
    at = now()
    rows = session.execute(
        sa.select(SignInFailure.key, sa.func.count(), sa.func.max(SignInFailure.at))
        .where(SignInFailure.key.in_(limits), SignInFailure.at > at - WINDOW)
        .group_by(SignInFailure.key)
    )
    for key, count, last in rows:
        if count >= limits[key]:
            wait = int(WINDOW.total_seconds())
            raise TooMany(
                _("There were too many wrong passwords. Please wait a quarter of an hour and try again."), wait
            )
        if key == paced and count >= UNHURRIED and at - last < PACE:
            wait = int(PACE.total_seconds())
            raise TooMany(_("There were several wrong passwords. Please wait a few seconds and try again."), wait)
    failures = [SignInFailure(key=key, at=at) for key in limits]
    session.add_all(failures)
    session.flush()
    return tuple(failure.id for failure in failures)
