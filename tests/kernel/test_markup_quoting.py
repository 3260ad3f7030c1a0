"""Quoting somebody's text."""

from __future__ import annotations

import pytest

from app.kernel import markup
from tests.kernel.markup_checks import tree


def test_every_line_is_quoted_under_the_caption():
    assert markup.quote("one\ntwo\n\nthree\n", "Ann wrote", "/post/42/") == (
        "> [Ann wrote](/post/42/):\n>\n> one\n> two\n>\n> three\n"
    )


@pytest.mark.parametrize(
    "caption", ["a]b", "*a* _b_", "snake_case", "[x](y)", "`a`", "a\\", "<b>", "&amp;", "a||b||", "~~a~~", "a\nb"]
)
def test_a_caption_is_shown_as_it_is(caption):
    figure = tree(markup.render(markup.quote("text", caption, "/post/1/")).html).find("figure")

    link = figure.find("figcaption/a")
    assert "".join(link.itertext()) == " ".join(caption.split())
    assert link.attrib["href"] == "/post/1/"
    assert figure.find("blockquote/p").text == "text"


@pytest.mark.parametrize(
    "source", ["```\ncode", ":::spoiler\nhidden", "- list", "# heading", "|a|b|\n|-|-|\n|1|2|", "a\n==="]
)
def test_what_the_source_leaves_open_ends_with_the_quotation(source):
    rendered = markup.render(markup.quote(source, "Ann", "/post/1/") + "\nreply").html

    assert rendered.endswith('</blockquote>\n</figure>\n<p dir="auto">reply</p>\n')


def test_code_keeps_its_indentation():
    rendered = markup.render(markup.quote("```\nall:\n\tmake\n```", "Ann", "/post/1/")).html

    assert "all:\n    make\n" in rendered


def test_quoting_again_and_again_stays_within_three_levels():
    source = "first"
    for post in range(1, 9):
        source = markup.quote(source, f"post {post}", f"/post/{post}/") + f"\nanswer {post}"

    rendered = markup.render(source).html

    assert rendered.count('<figure class="quote">') == 3
    assert max(line.count("> ") for line in source.splitlines()) == 3
    assert "answer 5" in source
    assert "answer 4" not in source


def test_prompts_in_code_are_no_quotations():
    source = "```\n>>> print(1)\n>>>> x\n```"

    assert ">>> print(1)\n> >>>> x" in markup.quote(source, "Ann", "/post/1/")


@pytest.mark.parametrize("source", ["", "\n\n", ">>>>", ">" * 20_000, "> " * 16_000, "- > - > - > x"])
def test_odd_sources_can_be_quoted(source):
    assert markup.quote(source, "", "/post/1/").startswith("> [](/post/1/):\n>")
