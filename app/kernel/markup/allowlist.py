"""The last word on what HTML leaves the renderer: whatever is not named here is taken out."""

from __future__ import annotations

import nh3

from app.kernel.markup.addresses import SCHEMES
from app.kernel.markup.links import EXTERNAL_REL
from app.kernel.markup.tables import LABEL

_BLOCKS = {"p", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "figure", "figcaption", "div"}
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_WORDS = {"a", "em", "strong", "s", "code", "br", "span"}
_SPOILERS = {"details", "summary"}

TAGS = _BLOCKS | _TABLES | _WORDS | _SPOILERS

CLASSES = {
    "figure": {"quote", "code"},
    "details": {"spoiler"},
    "div": {"table-wrap"},
    "span": {"tok-c", "tok-k", "tok-s"},
    "th": {"n", "mid"},
    "td": {"n", "mid"},
    "li": {"task"},
}

FREE_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}

_OWN_DIRECTION = ("p", "h4", "h5", "h6", "ul", "ol", "blockquote", "figcaption", "summary", "td")
FIXED_ATTRIBUTES = {
    **{tag: {"dir": {"auto"}} for tag in _OWN_DIRECTION},
    "a": {"rel": {EXTERNAL_REL}},
    "div": {"role": {"region"}, "aria-label": {LABEL}, "tabindex": {"0"}},
    "pre": {"dir": {"ltr"}, "tabindex": {"0"}},
    "th": {"dir": {"auto"}, "scope": {"col"}},
}

_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=FREE_ATTRIBUTES,
    tag_attribute_values=FIXED_ATTRIBUTES,
    allowed_classes=CLASSES,
    url_schemes=set(SCHEMES),
    generic_attribute_prefixes=set(),
    link_rel=None,
)


def sanitise(html: str) -> str:
    return _cleaner.clean(html)
