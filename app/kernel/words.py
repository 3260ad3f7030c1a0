"""Translation without a web framework: what policies, forms and models use to say something."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

__all__ = ["LazyString", "gettext", "lazy_gettext", "ngettext"]
