"""Keeps the catalogues in step with the words of the code: `stoa translations`."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "translations"
TEMPLATE = FOLDER / "messages.pot"
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}


def extract() -> Catalog:
    """Every message of the code and the templates, in the order of their files."""
    catalog = Catalog(project="Stoa", charset="utf-8")
    found = extract_from_dir(str(ROOT), METHODS, OPTIONS, KEYWORDS, comment_tags=())
    for _file, _line, message, _comments, context in sorted(found, key=lambda entry: (entry[0], entry[1])):
        catalog.add(message, context=context)
    return catalog


def catalogues() -> dict[str, Path]:
    """The .po files by language code."""
    return {path.parts[-3]: path for path in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))}


def read(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def is_translated(message: Message) -> bool:
    """Whether every form of the message has words."""
    return all(message.string) if isinstance(message.string, tuple) and message.string else bool(message.string)


def compiled(catalog: Catalog) -> bytes:
    """The .mo form of a catalogue, without what is not translated; the same for the same words on any day."""
    catalog.creation_date = catalog.revision_date = UNDATED
    packed = io.BytesIO()
    write_mo(packed, catalog)
    return packed.getvalue()


@click.command()
def translations() -> None:
    """Extract the words of the code anew, update every catalogue, and compile them."""
    FOLDER.mkdir(exist_ok=True)
    template = extract()
    _write(TEMPLATE, template)
    for locale, path in catalogues().items():
        catalog = read(path, locale)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _write(path, catalog)
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        missing = sum(1 for message in catalog if message.id and not is_translated(message))
        click.echo(f"{locale}: {len(catalog)} messages, {missing} not translated")


def _write(path: Path, catalog: Catalog) -> None:
    packed = io.BytesIO()
    write_po(packed, catalog, omit_header=False, no_location=True, sort_output=False, width=120)
    text = packed.getvalue().decode()
    kept = [
        line
        for line in text.splitlines()
        if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By'))
    ]
    path.write_text("\n".join(kept).rstrip() + "\n", encoding="utf-8")
