"""What accounts need done in the background."""

from __future__ import annotations

import sqlalchemy as sa

from app.features.accounts.actions.attempts import WINDOW
from app.features.accounts.models import SignIn, SignInFailure
from app.features.accounts.queries import IDLE
from app.kernel.clock import now
from app.kernel.db import session, transaction


def forget_old_sign_ins() -> None:
    """Remove sign-ins that have ended by themselves, and wrong passwords that no longer count."""
    with transaction():
        session.execute(sa.delete(SignIn).where(sa.or_(SignIn.expires_at < now(), SignIn.seen_at < now() - IDLE)))
        session.execute(sa.delete(SignInFailure).where(SignInFailure.at < now() - WINDOW))
