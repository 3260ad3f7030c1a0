"""Signing in and out, and changing what one signs in with. A token is handed out once; only its hash is kept."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.features.accounts import names, passwords, policy, queries
from app.features.accounts.actions.attempts import Attempt, forgive
from app.features.accounts.models import SignIn, User
from app.features.accounts.viewer import Viewer
from app.kernel.clock import now
from app.kernel.db import lock, session
from app.kernel.errors import Forbidden, Invalid
from app.kernel.secret import secret_key
from app.kernel.verdict import require
from app.kernel.words import gettext as _

log = logging.getLogger(__name__)

REMEMBERED = timedelta(days=90)
NOT_REMEMBERED = timedelta(hours=12)


@dataclass(frozen=True)
class Browser:
    """Where somebody signs in: the network, the device in words, and the token the browser had before, hashed."""

    network: str
    device: str
    earlier_token_hash: str | None = None


def sign_in(
    attempt: Attempt, browser: Browser, *, is_remembered: bool, new_hash: str | None = None
) -> tuple[SignIn, str]:
    """Open a sign-in after the attempt's password was found right, always with a new token; the browser's earlier
    one ends. `new_hash` replaces a password hash with outdated parameters. Raises Invalid when the password was
    changed in between.
    """
    user = _unchanged(attempt)
    forgive(attempt)
    if new_hash is not None:
        user.password_hash = new_hash
    if browser.earlier_token_hash is not None:
        session.execute(sa.delete(SignIn).where(SignIn.token_hash == browser.earlier_token_hash))

    opened, token = open_sign_in(user, browser, is_remembered=is_remembered)
    log.info("member %s signed in with a password", user.id)
    return opened, token


def open_sign_in(user: User, browser: Browser, *, is_remembered: bool) -> tuple[SignIn, str]:
    """A new sign-in of a member who has just shown who they are."""
    token, at = _new_token(), now()
    opened = SignIn(
        token_hash=hash_token(token),
        user_id=user.id,
        user=user,
        created_at=at,
        seen_at=at,
        confirmed_at=at,
        expires_at=at + (REMEMBERED if is_remembered else NOT_REMEMBERED),
        is_remembered=is_remembered,
        network=browser.network[:50],
        device=browser.device[:120],
    )
    session.add(opened)
    session.flush()
    return opened, token


def confirm(viewer: Viewer, attempt: Attempt) -> tuple[SignIn, str]:
    """Note that the password was just given again; the browser gets a new token."""
    _unchanged(attempt)
    forgive(attempt)
    return _renew(viewer)


def change_password(viewer: Viewer, attempt: Attempt, new_hash: str) -> tuple[SignIn, str]:
    """Replace the password after the current one (the attempt's) was found right, and end every other sign-in."""
    require(policy.may_change_security(viewer, now()))
    user = _unchanged(attempt)
    forgive(attempt)
    user.password_hash = new_hash
    end_other_sign_ins(viewer)
    log.info("member %s changed the password", user.id)
    return _renew(viewer)


def set_password(user: User, password: str) -> None:
    """Give a member a new password and end their every sign-in, for whoever runs the machine; nobody on the site may.

    Raises Invalid for a password that will not do.
    """
    passwords.check_password(password, user.name, user.email)
    hashed = passwords.hash_password(password)
    _locked(user.id).password_hash = hashed
    session.execute(sa.delete(SignIn).where(SignIn.user_id == user.id))
    log.info("member %s was given a new password", user.id)


def change_email(viewer: Viewer, email: str) -> None:
    """Raises Invalid for an address that will not do or is another member's."""
    require(policy.may_change_security(viewer, now()))
    address = names.check_email(email)
    key = names.fold_email(address)
    other = queries.find_by_email(key)
    if other is not None and other.id != viewer.id:
        raise _email_is_taken()

    user = _locked(viewer.id)
    user.email, user.email_key = address, key
    try:
        session.flush()
    except IntegrityError as error:
        raise _email_is_taken() from error
    log.info("member %s changed the e-mail address", user.id)


def sign_out(viewer: Viewer) -> None:
    if viewer.sign_in_id is not None:
        session.execute(sa.delete(SignIn).where(SignIn.id == viewer.sign_in_id))


def end_sign_in(viewer: Viewer, sign_in_id: int) -> None:
    """End one of the viewer's own sign-ins; those of others are not touched."""
    require(policy.may_change_security(viewer, now()))
    session.execute(sa.delete(SignIn).where(SignIn.id == sign_in_id, SignIn.user_id == viewer.id))


def end_other_sign_ins(viewer: Viewer) -> None:
    """End the viewer's sign-ins in every browser but this one."""
    require(policy.may_change_security(viewer, now()))
    session.execute(sa.delete(SignIn).where(SignIn.user_id == viewer.id, SignIn.id != viewer.sign_in_id))


def _new_token() -> str:
    """Sealed, so that a made-up one is known as such without asking the database."""
    return secret_key.seal(secrets.token_urlsafe(32))


def hash_token(token: str) -> str:
    """What is kept of a token: reading the database lets nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()


def _unchanged(attempt: Attempt) -> User:
    """The member's row, locked, if the password is still the one that was tried."""
    user = lock(User, attempt.user_id) if attempt.user_id is not None else None
    if user is None or user.password_hash != attempt.password_hash:
        raise Invalid(_("The password was changed a moment ago. Please sign in with the new one."), "password")
    return user


def _locked(user_id: int | None) -> User:
    user = lock(User, user_id) if user_id is not None else None
    if user is None:
        raise Forbidden(_("Sign in to change your settings."))
    return user


def _renew(viewer: Viewer) -> tuple[SignIn, str]:
    current = lock(SignIn, viewer.sign_in_id or 0)
    if current is None or current.user_id != viewer.id:
        raise Forbidden(_("You were signed out meanwhile. Please sign in again."))
    token = _new_token()
    current.token_hash, current.confirmed_at = hash_token(token), now()
    session.flush()
    return current, token


def _email_is_taken() -> Invalid:
    return Invalid(_("Another account has this e-mail address."), "email")
