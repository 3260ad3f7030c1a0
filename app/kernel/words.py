"""Translation without a web framework: what policies, forms and models use to say something."""

from __future__ import annotations

import flask_babel
from flask_babel.speaklater import LazyString


def gettext(message: str, **values: object) -> str:
    """The message in the language of the running request, in English outside of one."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The form of the message that fits the number, in the language of the running request."""
    return str(flask_babel.ngettext(singular, plural, num, **values))


def lazy_gettext(message: str, **values: object) -> LazyString:
    """A message that is translated when it is shown."""
    return flask_babel.lazy_gettext(message, **values)
