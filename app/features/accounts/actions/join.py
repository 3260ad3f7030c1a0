"""New members."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.features.accounts import names, passwords, policy, queries
from app.features.accounts.events import MemberJoined
from app.features.accounts.models import ADMINISTRATORS, MEMBERS, MODERATORS, User
from app.features.accounts.viewer import Viewer
from app.features.site.models import SiteVersion
from app.features.site.queries import settings
from app.kernel.clock import now
from app.kernel.db import session
from app.kernel.errors import Invalid
from app.kernel.events import announce
from app.kernel.slugs import slugify
from app.kernel.verdict import require
from app.kernel.words import gettext as _

STAFF = (MODERATORS, ADMINISTRATORS)


def register(viewer: Viewer, name: str, email: str, password: str) -> User:
    """A guest becomes a member, having agreed to the terms. Raises Invalid as `create_member` does."""
    require(policy.may_register(viewer, settings()))
    user = create_member(name, email, password)
    user.agreed_at = now()
    return user


def create_member(name: str, email: str, password: str, group_id: int = MEMBERS) -> User:
    """A new account in this group; staff may bear a reserved name. For whom this is, its caller knows.

    Raises Invalid, with the field it belongs to, for a name, address or password that will not do or is taken.
    Takes a tenth of a second for the password, so call it first in a transaction.
    """
    shown = names.check_form(name) if group_id in STAFF else names.check_name(name)
    address = names.check_email(email)
    passwords.check_password(password, shown, address)
    hashed = passwords.hash_password(password)

    _check_site_name(shown, password, group_id)
    key, email_key = names.fold(shown), names.fold_email(address)
    if queries.find_by_name(key) is not None:
        raise _name_is_taken()
    if queries.find_by_email(email_key) is not None:
        raise _email_is_taken()

    user = User(
        name=shown,
        name_key=key,
        slug=slugify(shown, "member"),
        email=address,
        email_key=email_key,
        password_hash=hashed,
        group_id=group_id,
        preferences={},
        read_up_to_post_id=_newest_post_id(),
    )
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:  # somebody was faster by a moment
        raise (_email_is_taken() if "email_key" in str(error.orig) else _name_is_taken()) from error
    session.execute(sa.update(SiteVersion).values(member_count=SiteVersion.member_count + 1))
    announce(MemberJoined(user.id))
    return user


def _check_site_name(name: str, password: str, group_id: int) -> None:
    site = settings().name
    passwords.check_password(password, site)
    if group_id not in STAFF and names.fold(name) == names.fold(site):
        raise Invalid(_("That name is kept for the site itself. Please choose another."), "name")


def _name_is_taken() -> Invalid:
    return Invalid(_("That display name is taken, or looks like one that is. Please choose another."), "name")


def _email_is_taken() -> Invalid:
    return Invalid(_("There is an account with this e-mail address already. Is it yours? Then sign in."), "email")


def _newest_post_id() -> int:
    """Whoever joins has read everything there is; the posts' own table stands above this feature."""
    return (
        session.scalar(sa.select(sa.func.coalesce(sa.func.max(sa.column("id")), 0)).select_from(sa.table("posts"))) or 0
    )
