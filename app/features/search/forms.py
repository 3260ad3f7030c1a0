"""What a search may ask for, in the address of its page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, Form, StringField, ValidationError
from wtforms.validators import Optional

from app.features.accounts.names import LONGEST
from app.features.search.asking import MAX_QUERY
from app.kernel.db import MAX_ID
from app.kernel.fields import clean_line
from app.kernel.words import lazy_gettext as _

SORTS: Mapping[str, object] = {"relevance": _("Best match"), "newest": _("Newest")}
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9998, 12, 30)  # leaves room for any time zone


class DayField(DateField):
    """A day as browsers send it; what is no day is refused and comes back as it was typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = date.fromisoformat(valuelist[0].strip())
        except ValueError:
            self.data = None
            raise ValueError(_("Please write the day as year-month-day: 2026-11-23.")) from None
        if not FIRST_DAY <= self.data <= LAST_DAY:
            self.data = None
            raise ValueError(_("Please write the day as year-month-day: 2026-11-23."))


class RowField(StringField):
    """A row's id, 0 for none."""

    @property
    def number(self) -> int:
        sent = self.data or ""
        return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= 10 and int(sent) <= MAX_ID else 0


class SearchForm(Form):
    q = StringField(_("Search for"), filters=[clean_line])
    board = RowField(_("Board"))
    topic = RowField()
    by = StringField(_("Written by"), filters=[clean_line])
    titles = BooleanField(_("Titles of topics only"))
    after = DayField(_("From"), validators=[Optional()])
    before = DayField(_("Until"), validators=[Optional()])
    sort = StringField(_("Sort by"))
    sorts: Mapping[str, object] = SORTS

    def validate_by(self, field: StringField) -> None:
        if len(field.data or "") > LONGEST:
            raise ValidationError(_("There is no member with this name."))

    @property
    def words(self) -> str:
        """What is looked for, with one character more than counts if there was more."""
        return (self.q.data or "")[: MAX_QUERY + 1]

    @property
    def is_newest(self) -> bool:
        return bool(self.sort.data == "newest")

    @property
    def asks_for_something(self) -> bool:
        """Whether this is more than the way in from a topic or a board, which are only chosen beforehand."""
        return any(field.data for field in (self.q, self.by, self.after, self.before))
