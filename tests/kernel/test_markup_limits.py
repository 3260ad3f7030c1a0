"""No text makes the renderer slow or its answer large. The aim is 250 ms; the tests leave room for a busy machine."""

from __future__ import annotations

import time

import pytest

from app.kernel import markup
from app.kernel.markup import rendering
from tests.kernel.markup_checks import abuse_cases, raise_fault

SECONDS = 0.75
FULL = markup.MAX_SOURCE


def fill(pattern: str, head: str = "") -> str:
    return (head + pattern * (FULL // len(pattern) + 1))[:FULL]


def row(cell: str, columns: int) -> str:
    return "|" + f"{cell}|" * columns + "\n"


HOSTILE = {
    **{
        pattern: fill(pattern)
        for pattern in (
            "[", "![", "![[", "![[]()", "![a](", "![a][", "[a](<b", "[ (](", "[a][", "[a] ", "[a](b) ", "[x\n]:", "[a\n", "[a]: u\n",
            "[a]: b '\n", "**a *a ", "a_ ", "*a_ ", "_*", "*a**", "~~a ", "a**b", "**[", "_[_](", "[`", "\\[", "&amp;", "<", "<a ",
            "<!--", "<http://", "<x@", ">", "> ", ">\n", "> a\n\n", ">" * 40 + " a\n", "- ", "-\n", "-\n+\n", "1. ", "- x\n", "- > ",
            "- [ ] a\n", "#\n", "a\n=\n", "a\n---\n", "***\n", "```\n", "~~~c\n~~~\n", "    a\n\n", "\n", " ", "a\n", "a\\\n", "\t",
            "|a|\n|-|\n", "-|-\n", "|a|b|\n|-|-|\n|x|y|\n\n", "a|\n", "||", "||a ", "||a|| ", "||a", "[||", ":::\n", ":::spoiler\n",
            "> :::spoiler\n", "http://a", "http://a.b ", "http://a.b/[", "http:", "www.", "www.a.b ", "a@b.cc ", "a@", "@", "//a.b",
            "\u202e\u05d0 ", "\u200d", "\u0301", "漢", "\ud800", "[\n\n", "*a [b](c) `d` ~~e~~ ||f|| http://g.hi\n",
            "> [a](/post/1/):\n> b\n\n", '```c\n""\n```\n',
        )
    },
    "brackets": "[" * 10_000 + "a" + "]" * 10_000,
    "pictures": "![" * 5_000 + "a" + "](u)" * 5_000,
    "ticks": " ".join("`" * n for n in range(250)),
    "quotes line by line": "\n".join(">" * n for n in range(250)),
    "lazy quotation": fill("a\n", ">" * 200 + "a\n"),
    "nested list": "\n".join(" " * 2 * n + "- a" for n in range(175)),
    "empty rows": fill("|\n", row("a", 250) + row("-", 250)),
    "full rows": row("a", 10) + row("-", 10) + row("`b`", 10) * 300,
    "definitions": "".join(f"[{n}]: u\n" for n in range(3_000)),
    "spaces": "a" + " " * (FULL - 2) + "b",
    "strings in code": fill('"" ', "```c\n"),
    "words in code": fill("if ", "```c\n"),
    "comments in code": fill("/*", "```c\n"),
    "strong spoilers": fill("a||b||", "**x " * 9),
    "spoilers closed late": "||a " * 4_000 + " b||" * 2_000,
    "long name": "[a](http://" + "ü" * 30_000 + ".com)",
    "nested posts": "\n".join("> " * n + f"[a](/post/{n}/):" for n in range(1, 150)),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_fault_is_hidden(monkeypatch):
    monkeypatch.setattr(rendering.logger, "exception", raise_fault)


def seconds(source: str) -> float:
    start = time.process_time()
    markup.render(source)
    return time.process_time() - start


def test_hostile_texts_are_rendered_in_time_and_to_a_bounded_size():
    slow, large = {}, {}
    for name, source in HOSTILE.items():
        start = time.process_time()
        rendered = markup.render(source[:FULL])
        slow[name], large[name] = time.process_time() - start, len(rendered.html.encode())

    assert {name: took for name, took in slow.items() if took > SECONDS} == {}
    assert {name: size for name, size in large.items() if size > 1_000_000} == {}


def test_hostile_texts_are_quoted_in_time():
    for source in list(HOSTILE.values())[::3]:
        start = time.process_time()
        markup.quote(source[:FULL], "Ann", "/post/1/")
        assert time.process_time() - start < SECONDS


def test_every_case_of_the_abuse_list():
    sources = {
        "dos-01": "[" * 20_000,
        "dos-02": ">" * 20_000,
        "dos-04": "<http://" * 2_500,
        "dos-06": f"[a]: http://a.test/{'u' * 1_000}\n\n{'[a] ' * 5_000}",
        "dos-09": "[a](/b) " * 4_000,
    }
    elsewhere = {"dos-07", "dos-11", "dos-12", "dos-14"}  # titles (test_markup_cleaning) and requests

    assert {case["id"] for case in abuse_cases("dos")} == sources.keys() | elsewhere
    assert {name: took for name, source in sources.items() if (took := seconds(source)) > SECONDS} == {}


def test_an_answer_beyond_the_limit_is_shown_as_typed():
    rendered = markup.render(f"[a]: /b '{'t' * 25_000}'\n\n{'[a] ' * 60}").html

    assert "<a" not in rendered
    assert "[a] [a]" in rendered


def test_a_long_honest_post_keeps_its_marks_to_the_end():
    section = "## Title\n\nSome *words* and [a link](/b) with `code`.\n\n- one\n- two\n  - three\n\n> quoted\n\n"
    source = section * 45 + "The **end**."

    rendered = markup.render(source).html

    assert rendered.count("<h4") == 45
    assert rendered.endswith("The <strong>end</strong>.</p>\n")


def test_long_lists_tables_and_listings_keep_their_marks():
    assert markup.render("- an item of *some* length\n" * 1_000).html.count("<em>") == 1_000
    assert markup.render(row("a", 5) + row("-", 5) + row("1234", 5) * 500).html.count("<tr>") == 501

    numbers = "12.5\n" * 6_000
    assert markup.render(f"```\n{numbers}```\n\n**a**").html.endswith("<strong>a</strong></p>\n")
