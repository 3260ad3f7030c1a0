"""When members and their browsers were last seen: buffered, written at most once a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.features.accounts.models import SignIn, User
from app.features.accounts.queries import OpenSignIn
from app.kernel.buffer import WriteBuffer
from app.kernel.clock import now
from app.kernel.db import own_session, session, transaction

EVERY = timedelta(minutes=1)

_seen: WriteBuffer[tuple[int, int], datetime] = WriteBuffer(max)


def saw(sign_in: SignIn | OpenSignIn) -> None:
    if now() - sign_in.seen_at >= EVERY:
        _seen.add((sign_in.id, sign_in.user_id), now())


def flush_seen() -> None:
    _seen.write(_store)


def _store(values: dict[tuple[int, int], datetime]) -> None:
    with own_session(), transaction():
        for (sign_in_id, user_id), at in sorted(values.items(), key=lambda item: item[0][1]):
            session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=at))
            session.execute(sa.update(User).where(User.id == user_id).values(last_seen_at=at))
