"""Form fields that take whatever a request may hold."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField
from wtforms.widgets import TextInput

from app.kernel import markup
from app.kernel.words import lazy_gettext as _


def clean_line(value: str | None) -> str:
    """A filter for one-line fields."""
    return markup.clean_line(value or "")


def clean_text(value: str | None) -> str:
    """A filter for texts."""
    return markup.clean_text(value or "")


class WholeNumberField(IntegerField):
    """A number typed as text, of at most nine figures; what is no number is refused and comes back as it was typed."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            self.data = None
        elif typed.isascii() and typed.isdecimal() and len(typed) < 10:
            self.data = int(typed)
        else:
            self.data = None
            raise ValueError(_("Please write a whole number, in figures."))
