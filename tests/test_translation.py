"""Every visible string can be translated, and the catalogues hold all of them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest

from app.operate import translate

TEMPLATES = Path(__file__).parents[1] / "templates"
SPOKEN = {"alt", "aria-label", "title", "placeholder", "label"}
# Names, marks and units that are the same in every language.
SAME_EVERYWHERE = re.compile(
    r"×|•|…|Stoa|Markdown|Mastodon|Bluesky|Reddit|SQLite|PostgreSQL|Redis|UTC|https?://\S+|&[a-z]+;|#\w*|\bk\b"
)


class Words(HTMLParser):
    """Gathers what a reader sees or hears of a template's own markup."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def own_words(source: str) -> list[str]:
    """Letters a template writes without gettext."""
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    in_trans = False
    kept = []
    tokens = list(environment.lex(source))
    for index, (_line, kind, value) in enumerate(tokens):
        if kind == "block_begin":
            name = next(v for _l, k, v in tokens[index + 1 :] if k == "name")
            in_trans = name == "trans" or (in_trans and name == "pluralize")
        if kind == "data" and not in_trans:
            kept.append(value)
        elif kind in {"variable_begin", "block_begin"}:
            kept.append(" ")
    parser = Words()
    parser.feed("".join(kept))
    return [w.strip() for w in parser.found if re.search(r"[^\W\d_]{2,}", SAME_EVERYWHERE.sub("", w))]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_every_word_of_a_template_goes_through_gettext(path):
    assert own_words(path.read_text(encoding="utf-8")) == []


def test_the_search_for_words_finds_some():
    assert own_words('<p title="Plain">{{ _("Fine") }} words</p>{% trans %}Fine{% endtrans %}') == ["Plain", "words"]


def test_the_template_catalogue_is_current():
    """`.venv/bin/stoa translations` makes it so."""
    written = {message.id for message in translate.read(translate.TEMPLATE) if message.id}
    wanted = {message.id for message in translate.extract() if message.id}

    assert written == wanted


@pytest.mark.parametrize("locale", translate.catalogues())
def test_a_language_is_whole_and_compiled(locale):
    path = translate.catalogues()[locale]
    catalog = translate.read(path, locale)

    assert [m.id for m in catalog if m.id and not translate.is_translated(m)] == []
    assert [list(m.check()) for m in catalog if m.id and list(m.check())] == []
    assert path.with_suffix(".mo").read_bytes() == translate.compiled(catalog)
    assert {m.id for m in catalog if m.id} == {m.id for m in translate.extract() if m.id}
