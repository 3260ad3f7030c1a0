"""Everything that changes accounts and sign-ins, by the verbs people use."""

from app.features.accounts.actions.attempts import Attempt, begin_confirmation, begin_sign_in
from app.features.accounts.actions.join import create_member, register
from app.features.accounts.actions.security import (
    change_email,
    change_password,
    confirm,
    end_other_sign_ins,
    end_sign_in,
    set_password,
    sign_in,
    sign_out,
)
from app.features.accounts.actions.settings import change_preferences, change_profile

__all__ = [
    "Attempt",
    "begin_confirmation",
    "begin_sign_in",
    "change_email",
    "change_password",
    "change_preferences",
    "change_profile",
    "confirm",
    "create_member",
    "end_other_sign_ins",
    "end_sign_in",
    "register",
    "set_password",
    "sign_in",
    "sign_out",
]
