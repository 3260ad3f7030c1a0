"""What stands around every page: look, language, menus, and the words templates share."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from flask import Flask, request
from flask_babel import get_locale
from markupsafe import Markup

from app import addresses
from app.features.accounts.models import Right
from app.features.accounts.queries import groups
from app.features.accounts.sign_in import known_viewer
from app.features.accounts.viewer import Viewer
from app.features.boards.queries import tree
from app.features.site.queries import SiteSettings, Versioned, settings
from app.features.topics.models import Topic
from app.kernel.flash import flashed
from app.kernel.locales import languages
from app.kernel.static import static_files
from app.kernel.templates import put_on_shelf
from app.kernel.words import catalogue, gettext, language
from app.pages import moments

DISMISSED_COOKIE = "dismissed"
CREATE_BOARDS = 8


@dataclass(frozen=True)
class CreateItem:
    label: str
    href: str


@dataclass(frozen=True)
class Chrome:
    """The frame of a page; a guest's without menus when the database cannot even say who is looking."""

    viewer: Viewer
    site: SiteSettings
    announcement: Markup | None
    create: Sequence[CreateItem]


def make_chrome() -> Chrome:
    viewer = known_viewer()
    if viewer is None:
        return Chrome(Viewer(id=None), SiteSettings(), None, [])
    site = settings()
    return Chrome(viewer, site, _announcement(site), _create_items(viewer))


def announcement_key(site: SiteSettings) -> str:
    """Changes with the announcement, so that a new one shows to those who dismissed the old."""
    return _key_of(site.announcement)


@lru_cache(maxsize=8)
def _key_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:10]


def _announcement(site: SiteSettings) -> Markup | None:
    if not site.announcement_html or request.cookies.get(DISMISSED_COOKIE) == announcement_key(site):
        return None
    return Markup(site.announcement_html)  # noqa: S704  (sanitised when it was stored)


def _create_items(viewer: Viewer) -> Sequence[CreateItem]:
    """What the viewer's groups may start; the same for all of the same groups, until boards or rights change."""
    made, wanted = _create_menus.get(), (language(), viewer.group_ids, viewer.is_admin)
    if wanted not in made:
        made[wanted] = _make_create_items(viewer)
    return made[wanted]


def _make_create_items(viewer: Viewer) -> Sequence[CreateItem]:
    if viewer.is_guest:
        return [CreateItem(gettext("Topic"), "/sign-in/?next=/new-topic/")]
    boards = [b for b in tree().boards if viewer.may(Right.START, b.id)]
    items = [
        CreateItem(gettext("Topic in %(board)s", board=b.name), f"{addresses.board_url(b.id, b.slug)}new-topic")
        for b in boards[:CREATE_BOARDS]
    ]
    if len(boards) > CREATE_BOARDS:
        items.append(CreateItem(gettext("Topic in another board"), "/new-topic/"))
    return items


_create_menus: Versioned[dict[Hashable, Sequence[CreateItem]]] = Versioned(dict)


def select_locale() -> str:
    viewer = known_viewer()
    if viewer is None:
        return "en"
    wanted = viewer.preferences.locale or settings().default_locale
    return wanted if wanted in languages() else "en"


def select_time_zone() -> str:
    viewer = known_viewer()
    if viewer is None:
        return "UTC"
    return viewer.preferences.time_zone or settings().time_zone


def entry_url(viewer: Viewer, topic: Topic) -> str:
    """Where a topic's title leads from the index: to its start, or for members who want that to what is unread."""
    if viewer.is_guest or viewer.preferences.topic_links != "unread":
        return addresses.topic_url(topic.id, topic.slug)
    return addresses.unread_url(topic.id, topic.slug)


@lru_cache(maxsize=20_000)
def initial(name: str) -> str:
    """The letter of a letter avatar: the first one of the name, capital."""
    for char in unicodedata.normalize("NFC", name):
        if char.isalnum():
            return char.upper()[0]
    return "?"


def tone(user_id: int) -> int:
    return user_id * 5 % 7 + 1


@lru_cache(maxsize=256)
def icon(name: str, classes: str = "icon") -> Markup:
    href = f"{static_files.url('icons.svg')}#{name}"
    return Markup('<svg class="{}" width="20" height="20" aria-hidden="true"><use href="{}"/></svg>').format(
        classes, href
    )


def group_title(group_id: int) -> str:
    found = groups().get(group_id)
    return found.shown_title if found else ""


def init_app(app: Flask) -> None:
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: catalogue().gettext(message),
        lambda singular, plural, num: catalogue().ngettext(singular, plural, num),
        newstyle=True,
    )
    app.jinja_env.globals.update(
        static_url=static_files.url,
        icon=icon,
        entry_url=entry_url,
        initial=initial,
        tone=tone,
        group_title=group_title,
        groups=groups,
        languages=languages,
        flashed=flashed,
        announcement_key=announcement_key,
        topic_url=addresses.topic_url,
        board_url=addresses.board_url,
        profile_url=addresses.profile_url,
        post_url=addresses.post_url,
        unread_url=addresses.unread_url,
    )
    app.jinja_env.filters.update(
        moment=moments.moment,
        day=moments.day,
        number=moments.number,
        short=moments.short_number,
        stat=moments.stat,
    )

    put_on_shelf(
        app.jinja_env,
        fixed={"icon", "static_url"},
        plain={
            "icon",
            "entry_url",
            "initial",
            "tone",
            "group_title",
            "topic_url",
            "board_url",
            "profile_url",
            "post_url",
            "unread_url",
        },
    )

    @app.context_processor
    def frame() -> dict[str, Any]:
        locale = get_locale()
        chrome = make_chrome()
        return {
            "chrome": chrome,
            "viewer": chrome.viewer,
            "site": chrome.site,
            "lang": str(locale).replace("_", "-") if locale else "en",
            "direction": locale.text_direction if locale else "ltr",
        }
