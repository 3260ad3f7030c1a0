"""Nothing anybody types becomes an element, attribute or address the renderer does not mean to write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel import markup
from app.kernel.markup import rendering
from app.kernel.markup.allowlist import sanitise
from tests.kernel.markup_checks import abuse_cases, assert_harmless, corpus, raise_fault, tree

MARKS = [
    "||", ":::spoiler", ":::", "\n", "\n\n", "> ", "- ", "1. ", "`", "```", "```py\n", "|", "|-|", "[", "](", "](/post/1/):", ")",
    "![", "*", "**", "_", "~~", "http://a.b", "www.a.b", "a@b.cc", "://", "#", "    ", "\t", "a", "\\", "&", "&lt;", "<", ">", '"',
    "'", "javascript:", "<script>", "<img src=x onerror=alert(1)>", "---", "[a]: /u\n", "[x] ", "א", "漢", "\u200d", "\r\n", "\x00",
    "\ud800", "> [a](/post/1/):\n", "||x||",
]  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _no_fault_is_hidden():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering.logger, "exception", raise_fault)
        yield


def test_every_case_of_the_abuse_list():
    cases = abuse_cases("xss-markdown")

    for case in cases:
        rendered = markup.render(case["in"]).html
        assert_harmless(rendered)
        if case["expect"] in {"no href", "as previous", "no javascript href"}:
            assert tree(rendered).find(".//a") is None, case["id"]
    assert cases


@pytest.mark.parametrize("name", ["dompurify.json", "naughty-strings.json", "html5lib.json", "commonmark.json"])
def test_every_input_of_a_public_suite(name):
    for case in corpus(name):
        source = case["markdown"] if isinstance(case, dict) else case
        variants = (source, f"[a]({source}) ||{source}||\n```html\n{source}\n```")
        assert_harmless("".join(markup.render(variant[: markup.MAX_SOURCE]).html for variant in variants))


@pytest.mark.parametrize("name", ["dompurify.json", "html5lib.json"])
def test_the_sanitiser_alone_holds_too(name):
    for source in corpus(name):
        cleaned = sanitise(source)
        for element in tree(cleaned).iter():
            assert element.tag not in {"script", "style", "svg", "math", "img", "iframe", "form", "input", "template"}
            assert not {"id", "style", "onerror", "onload"} & set(element.attrib)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(MARKS) | st.text(max_size=5), max_size=40).map("".join))
def test_any_mixture_of_marks_is_harmless(source):
    rendered = markup.render(source)

    assert_harmless(rendered.html)
    assert sanitise(rendered.html) == rendered.html
    assert rendered == markup.render(source)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(MARKS), max_size=20).map("".join))
def test_anything_can_be_quoted(source):
    rendered = markup.render(markup.quote(source, "Ann", "/post/1/")).html

    assert rendered.startswith('<figure class="quote">\n<figcaption dir="auto"><a href="/post/1/">Ann</a></figcaption>')
    assert_harmless(rendered)


@settings(max_examples=60, deadline=None)
@given(st.text("ab *_[]()`\n", max_size=10), st.text("ab *_[]()`\n", max_size=10))
def test_no_word_of_a_spoiler_is_in_the_text(before, after):
    assert "secret" not in markup.render(f":::spoiler\n{before.replace('`', '')} secret {after}\n:::").text
