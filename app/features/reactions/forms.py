"""What a request to react may contain."""

from __future__ import annotations

from wtforms import BooleanField, Form, StringField
from wtforms.validators import AnyOf, Optional

from app.features.reactions.models import KINDS
from app.kernel.words import lazy_gettext as _


class ReactionForm(Form):
    reaction = StringField(validators=[Optional(), AnyOf(KINDS, message=_("There is no such reaction."))])
    withdraw = BooleanField()
