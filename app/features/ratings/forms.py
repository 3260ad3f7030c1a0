"""What a request to rate may contain."""

from __future__ import annotations

from wtforms import BooleanField, Form, StringField
from wtforms.validators import AnyOf, Optional

from app.kernel.words import lazy_gettext as _

STARS = ("1", "2", "3", "4", "5")


class RatingForm(Form):
    rating = StringField(validators=[Optional(), AnyOf(STARS, message=_("Choose one to five stars."))])
    withdraw = BooleanField()
