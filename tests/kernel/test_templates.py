"""Prepared templates say what Jinja would have them say, with nothing left to look up."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment, UndefinedError
from markupsafe import Markup

from app.kernel.templates import put_on_shelf

FILES = {
    "_macros": '{% macro link(who, size="") %}<a class="{{ size }}">{{ who.name }}</a>{% endmacro %}'
    "{% macro twice(who) %}{{ link(who) }}{{ link(who, size='xl') }}{% endmacro %}"
    "{% macro down(n) %}{{ n }}{% if n %}{{ down(n - 1) }}{% endif %}{% endmacro %}"
    "{% macro framed() %}[{{ caller() }}]{% endmacro %}",
    "_part": "<i>{{ who.name }}</i>",
    "_naming": "{% set who = other %}{{ who.name }}",
    "_using": "{{ link(who) }}",
    "_inner": '{% include "_part" %}!',
    "base": "<title>{% block title %}{% endblock %}</title>{% block main %}{% endblock %}",
    "extending": '{% extends "base" %}{% block title %}x{% endblock %}',
}
PAGES = [
    '{% include "_part" %}',
    '{% include "_inner" %}{{ who.name }}',
    '{% include "_naming" %} {{ who.name }}',
    '{% for who in people %}{% include "_naming" %}{% include "_part" %}{% else %}none{% endfor %}',
    '{% from "_macros" import link %}{% for who in people %}{% include "_using" %}{% endfor %}',
    '{% from "_macros" import link as a %}{{ a(who) }}{{ a(who, "xs") }}{{ a(size="m", who=other) }}',
    '{% from "_macros" import twice %}{{ twice(who) }}',
    '{% from "_macros" import down %}{{ down(3) }}',
    '{% from "_macros" import link %}{{ link(who) | upper }}{{ "<" ~ link(who) ~ who.name }}',
    '{% from "_macros" import framed %}{% call framed() %}{{ who.name }}{% endcall %}',
    '{% from "_macros" import link with context %}{% set who = other %}{{ link(who) }}',
    "{{ _('Plain') }} {{ _('%(a)s of <b>%(b)s</b>', a=who.name, b=3) }} {{ _('100%% %(a)s', a=bold) }}",
    "<p title=\"{{ _('Only %(a)s', a=who.name) }}\">{{ _('Markup: <b>') | upper }}</p>",
    "{% trans name=who.name, it=bold %}By {{ name }}: {{ it }}, 5%{% endtrans %}",
    "{% for n in (0, 1, 2) %}{{ ngettext('%(num)d post', '%(num)d posts', n) }}{% endfor %}",
    "{{ ngettext('%(num)s by %(a)s', '%(num)s by %(a)s', 2, num='<2>', a=bold) }}",
    "{% trans n=people | length %}one{% pluralize %}{{ n }} many{% endtrans %}",
    "{{ _(who.message) }} {{ _(*who.arguments) }} {{ mark('a') }} {{ mark(who.name) }} {{ shout(who.name, 2) }}",
    '{% extends "base" %}{% block title %}{{ _("T") }}{% endblock %}{% block main %}{% include "_part" %}{% endblock %}',
    '{% include "extending" %}',
    '{% include "nowhere" ignore missing %}{% include who.part %}',
]
VALUES = {
    "who": SimpleNamespace(name="<Ann>", message="Hi", arguments=["Hello"], part="_part"),
    "other": SimpleNamespace(name="Bob & Co"),
    "bold": Markup("<b>bold</b>"),
}


def environment():
    made = Environment(loader=DictLoader(FILES), autoescape=True, extensions=["jinja2.ext.i18n"])
    made.install_null_translations(newstyle=True)
    made.globals |= {
        "mark": lambda name: Markup("<hr id='{}'>").format(name),
        "shout": lambda text, times: text.upper() * times,
    }
    return made


def prepared():
    made = environment()
    put_on_shelf(made, fixed={"mark"}, plain={"mark", "shout"})
    return made


@pytest.mark.parametrize("source", PAGES)
@pytest.mark.parametrize("people", [[], [SimpleNamespace(name="C"), SimpleNamespace(name="<D>")]])
def test_a_prepared_template_says_the_same(source, people):
    FILES["page"] = source

    plain = environment().get_template("page").render(people=people, **VALUES)

    assert prepared().get_template("page").render(people=people, **VALUES) == plain


def test_parts_macros_and_words_are_in_place_before_a_page_is_made():
    FILES["page"] = '{% from "_macros" import twice %}{% include "_inner" %}{{ twice(who) }}{{ _("Plain") }}'
    made = prepared()
    page = made.get_template("page")

    del FILES["page"]
    page.environment.loader = None
    page.environment.globals.clear()

    assert page.render(**VALUES).count("&lt;Ann&gt;") == 3


def test_fixed_functions_are_asked_once():
    FILES["page"] = "{% for i in range(9) %}{{ mark('a') }}{% endfor %}"
    asked = []
    made = prepared()
    made.globals["mark"] = lambda name: asked.append(name) or ""

    made.get_template("page").render()
    made.get_template("page").render()

    assert asked == ["a"]


def test_every_language_has_templates_of_its_own(app):
    said = []
    for code in ("en", "de", "ar", "de"):
        with app.test_request_context("/", headers={"Cookie": f"prefs=locale={code}"}):
            said.append(app.jinja_env.get_template("shared/_account.html"))

    assert said[1] is said[3]
    assert len({id(template) for template in said}) == 3


def test_a_hole_nobody_fills_is_still_a_fault():
    FILES["page"] = "{{ _('Dear %(name)s') }}{{ nobody.name }}"

    with pytest.raises((KeyError, UndefinedError)):
        prepared().get_template("page").render()
