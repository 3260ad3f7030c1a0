"""Translation without a web framework: what policies, forms and models use to say something."""

from __future__ import annotations

from gettext import NullTranslations
from typing import cast

import flask_babel
from flask import g, has_request_context
from flask_babel.speaklater import LazyString


def catalogue() -> NullTranslations:
    """The words of the running request's language, looked up once per request; the code's own outside of one."""
    if not has_request_context():
        return NullTranslations()
    if "catalogue" not in g:
        g.catalogue = flask_babel.get_translations()
    return cast("NullTranslations", g.catalogue)


def language() -> str:
    """The code of the language of the running request, "en" outside of one."""
    return str(flask_babel.get_locale() or "en")


def gettext(message: str, **values: object) -> str:
    """The message in the language of the running request, in English outside of one."""
    found = catalogue().gettext(message)
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The form of the message that fits the number, in the language of the running request."""
    return catalogue().ngettext(singular, plural, num) % {"num": num, **values}


def figures(number: int) -> str:
    """A number as the language of the running request writes it: 4,000 or 4.000."""
    return str(flask_babel.format_decimal(number))


def lazy_gettext(message: str, **values: object) -> LazyString:
    """A message that is translated when it is shown."""
    return flask_babel.lazy_gettext(message, **values)
