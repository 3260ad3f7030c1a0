"""What requests about follows may contain."""

from __future__ import annotations

from wtforms import BooleanField, Form, SelectMultipleField, StringField
from wtforms.validators import AnyOf, Optional

from app.features.accounts.preferences import FREQUENCIES
from app.kernel.fields import WholeNumberField
from app.kernel.words import lazy_gettext as _

_CHOOSE = _("Choose how often you want to hear of it.")


class FollowForm(Form):
    """A bare button sends neither field: then the member's preferences decide."""

    frequency = StringField(validators=[Optional(), AnyOf(FREQUENCIES, message=_CHOOSE)])
    public = BooleanField()


class FollowsForm(Form):
    """Follows ticked in a list, and what to do (`frequency` or `unfollow`) with them."""

    follow = SelectMultipleField(coerce=int, validate_choice=False)
    do = StringField(validators=[AnyOf(("frequency", "unfollow"), message=_("Choose what to do."))])
    frequency = StringField(validators=[Optional(), AnyOf(FREQUENCIES, message=_CHOOSE)])
    before = WholeNumberField(validators=[Optional()])
