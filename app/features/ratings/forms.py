"""What a request to rate may contain."""

from __future__ import annotations

from wtforms import BooleanField, Form, IntegerField
from wtforms.validators import NumberRange, Optional

from app.kernel.words import lazy_gettext as _


class RatingForm(Form):
    rating = IntegerField(validators=[Optional(), NumberRange(1, 5, message=_("Choose one to five stars."))])
    withdraw = BooleanField()
