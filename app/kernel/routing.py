"""How ids stand in addresses: `<ref:topic>` is "42-a-title" or "42"."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from flask import request
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from app.kernel.db import MAX_ID

MAX_DIGITS = len(str(MAX_ID))


class Ref(NamedTuple):
    id: int
    slug: str


class RefConverter(BaseConverter):
    """An id with a readable part that does not count."""

    regex = r"\d{1,10}(?:-[^/]*)?"

    def to_python(self, value: str) -> Ref:
        number, _, slug = value.partition("-")
        if not number.isascii() or not 0 < int(number) <= MAX_ID:
            raise ValidationError
        return Ref(int(number), slug)

    def to_url(self, value: Ref) -> str:
        return f"{value.id}-{quote(value.slug)}"


class IdConverter(IntegerConverter):
    """An id or page number that every database can hold, in the digits 0 to 9."""

    regex = r"[0-9]+"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"max": MAX_ID, "min": 1, **kwargs})  # type: ignore[arg-type]


def wanted_page() -> int | None:
    """The page typed into a pager's jump field (`?page=12`), if it can be one."""
    typed = request.args.get("page", "")
    if not typed.isascii() or not typed.isdecimal() or len(typed) > MAX_DIGITS:
        return None
    number = int(typed)
    return number if 0 < number <= MAX_ID else None
