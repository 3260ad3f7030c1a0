"""Each construct, as readers get it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.kernel import markup
from app.kernel.markup import parser, rendering
from tests.kernel.markup_checks import assert_harmless, corpus, raise_fault, tree


@pytest.fixture(autouse=True)
def _no_fault_is_hidden(monkeypatch):
    monkeypatch.setattr(rendering.logger, "exception", raise_fault)


def html(source: str) -> str:
    return markup.render(source).html


def text(source: str) -> str:
    return markup.render(source).text


def test_the_core_is_commonmark():
    examples = corpus("commonmark.json")
    core = parser.core()

    wrong = [
        example["markdown"]
        for example in examples
        if _close(core.render(_tabs(example["markdown"]))) != _close(_tabs(example["html"]))
    ]

    assert len(examples) == 652
    assert wrong == []


def _tabs(example: str) -> str:
    return example.replace("→", "\t")


def _close(html: str) -> str:
    """The suite's own comparison ignores line ends between tags; three of its examples need that."""
    return html.replace(">\n<", "><")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Plain", '<p dir="auto">Plain</p>'),
        ("*a* **b** ~~c~~ ~d~ `e`", '<p dir="auto"><em>a</em> <strong>b</strong> <s>c</s> <s>d</s> <code>e</code></p>'),
        ("one\ntwo", '<p dir="auto">one<br>\ntwo</p>'),
        ("one\r\ntwo\r\rthree", '<p dir="auto">one<br>\ntwo</p>\n<p dir="auto">three</p>'),
        ("# A\n## B\n### C\n###### F", '<h4 dir="auto">A</h4>\n<h5 dir="auto">B</h5>\n<h6 dir="auto">C</h6>\n<h6 dir="auto">F</h6>'),
        ("### A\n# B\n## C", '<h4 dir="auto">A</h4>\n<h4 dir="auto">B</h4>\n<h5 dir="auto">C</h5>'),
        ("#\n\n## &#8203;\n\na", '<p dir="auto">a</p>'),
        ("***", "<hr>"),
        ("- a\n  - b", '<ul dir="auto">\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>'),
        ("3. a\n4. b", '<ol start="3" dir="auto">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("- [x] a\n- [ ] b", '<ul dir="auto">\n<li class="task">☑ a</li>\n<li class="task">☐ b</li>\n</ul>'),
        ("> a\n>\n> b", '<blockquote dir="auto">\n<p>a</p>\n<p dir="auto">b</p>\n</blockquote>'),
        ("<b>x</b> <!-- y -->", '<p dir="auto">&lt;b&gt;x&lt;/b&gt; &lt;!-- y --&gt;</p>'),
        ("", ""),
    ],
)  # fmt: skip
def test_marks_become_elements(source, expected):
    assert html(source).strip() == expected


def test_tables_stand_in_a_region_that_scrolls():
    rendered = html("|a|b|c|\n|-|-:|:-:|\n|1|2|`3|4`|")

    assert rendered.startswith('<div class="table-wrap" role="region" aria-label="Table" tabindex="0">\n<table>')
    assert '<th scope="col" dir="auto">a</th>\n<th scope="col" class="n" dir="auto">b</th>' in rendered
    assert '<td class="n" dir="auto">2</td>\n<td class="mid" dir="auto">`3</td>' in rendered


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("[a](https://a.test)", '<a href="https://a.test" rel="ugc nofollow noopener">a</a>'),
        ("[a](HTTPS://a.test)", '<a href="HTTPS://a.test" rel="ugc nofollow noopener">a</a>'),
        ("[a](//a.test)", '<a href="https://a.test" rel="ugc nofollow noopener">a</a>'),
        ('[a](/b?c#d "e")', '<a href="/b?c#d" title="e">a</a>'),
        ("[a](b/c:d)", '<a href="b/c:d">a</a>'),
        ("[a](mailto:b@c.test)", '<a href="mailto:b@c.test">a</a>'),
        ("[](/b)", '<a href="/b">/b</a>'),
        ("[\u200b](/b)", '<a href="/b">\u200b/b</a>'),
        ("![a *b*](https://c.test/d.png)", '<a href="https://c.test/d.png" rel="ugc nofollow noopener">a b</a>'),
        ("![](/d.png)", '<a href="/d.png">/d.png</a>'),
        ("[![a](/b.png)](/c)", '<a href="/c">a</a>'),
        ("<https://a.test/b>", '<a href="https://a.test/b" rel="ugc nofollow noopener">https://a.test/b</a>'),
        ("see https://a.test/b_c_d.", '<a href="https://a.test/b_c_d" rel="ugc nofollow noopener">https://a.test/b_c_d</a>.'),
        ("**https://a.test**", '<a href="https://a.test" rel="ugc nofollow noopener">https://a.test</a></strong>'),
        ("(www.a.test)", '(<a href="http://www.a.test" rel="ugc nofollow noopener">www.a.test</a>)'),
        ("me@a.org", '<a href="mailto:me@a.org">me@a.org</a>'),
    ],
)  # fmt: skip
def test_links(source, link):
    assert link in html(source)


@pytest.mark.parametrize(
    "source",
    [
        "[a](javascript:alert(1))", "[a](&#106;avascript:alert(1))", "[a](\x01javascript:alert(1))", "[a](data:text/html,x)",
        "[a](vbscript:x)", "[a](ftp://b.test)", "<ftp://b.test>", "<javascript:x>", "[a](%01javascript:x)", "[a]()",
        "run script.py or README.md", "node.js", "//b.test/c", "xhttp://b.test", "http://", "`http://b.test`",
        "[a]\n\n[a]: javascript:x",
    ],
)  # fmt: skip
def test_what_is_no_link(source):
    assert "<a" not in html(source)


@pytest.mark.parametrize("address", [r"/\b.test", r"\/b.test", r"\\\\b.test", "</\t/b.test>", "/%09/b.test"])
def test_no_address_slips_out_of_the_site(address):
    assert_harmless(html(f"[a]({address})"))


def test_a_post_has_fifty_links_and_the_rest_is_text():
    assert html("[a](/b) " * 60).count("<a ") == 50
    assert html("http://a.test " * 60).count("<a ") == 50
    assert html("![a](/b) " * 60).count("<a ") == 50
    assert html("[a](/b) " * 60).count(" a") >= 10


def test_code_names_its_language_and_marks_three_things():
    rendered = html('```py\n# no <b>\nif "a": b\n```')

    assert rendered == (
        '<figure class="code">\n<figcaption>Python</figcaption>\n<pre dir="ltr" tabindex="0"><code>'
        '<span class="tok-c"># no &lt;b&gt;</span>\n<span class="tok-k">if</span> <span class="tok-s">"a"</span>: b\n'
        "</code></pre>\n</figure>\n"
    )


@pytest.mark.parametrize(
    ("source", "caption"),
    [
        ("```klingon extra\nx\n```", "<figcaption>klingon</figcaption>"),
        ("~~~c++\nx\n~~~", "<figcaption>C++</figcaption>"),
        ("```<b>\nx\n```", "<figcaption>&lt;b&gt;</figcaption>"),
    ],
)
def test_code_in_a_language_nobody_knows_is_named_all_the_same(source, caption):
    assert caption in html(source)


def test_code_without_a_language_has_no_caption():
    assert html("```\nx\n```") == html("    x")
    assert "figcaption" not in html("```\nx\n```")


@pytest.mark.parametrize("language", ["python", "js", "html", "sql", "sh", "rust", "yaml", "diff"])
def test_colours_change_no_letter_of_the_code(language):
    code = 'a = "b\\"c" # <d> -- // e\n\'f\n/* g `h` <!-- i\n'

    rendered = html(f"```{language}\n{code}```")

    assert "".join(tree(rendered).find(".//code").itertext()) == code


SECRET = '<details class="spoiler">\n<summary dir="auto">Spoiler</summary>\n<div>\n<p dir="auto">{}</p>\n</div>\n</details>\n'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("||a *b*||", SECRET.format("a <em>b</em>")),
        ("x ||a|| y", '<p dir="auto">x </p>\n' + SECRET.format("a") + '<p dir="auto"> y</p>\n'),
        ("**x ||a||**", '<p dir="auto"><strong>x </strong></p>\n' + SECRET.format("<strong>a</strong>")),
        ("||a\nb||\nc", SECRET.format("a<br>\nb") + '<p dir="auto">c</p>\n'),
        ("- ||a||", '<ul dir="auto">\n<li>\n' + SECRET.format("a") + "</li>\n</ul>\n"),
        ("# ||a||", SECRET.format("a")),
    ],
)  # fmt: skip
def test_spoilers_in_a_line_break_the_paragraph(source, expected):
    assert html(source) == expected


@pytest.mark.parametrize("source", ["if (a || b || c)", "a || b", "||||", "`||a||`", "\\||a||", "||", "||a"])
def test_double_bars_that_are_no_spoiler(source):
    assert "<details" not in html(source)


def test_spoiler_blocks_hold_anything_and_nest():
    rendered = html(":::spoiler The *end*\n# a\n\n::: spoiler\n- b\n:::\nc\n:::\nd")

    outer = tree(rendered).find("details")
    assert outer.find("summary").text == "The *end*"
    assert outer.find("div/h4").text == "a"
    assert outer.find("div/details/div/ul/li").text == "b"
    assert rendered.endswith('<p dir="auto">d</p>\n')


@pytest.mark.parametrize("source", [":::spoiler\n ", "> :::spoiler\n > ", "- :::spoiler\n", ":::spoiler\na\n\n> b"])
def test_a_spoiler_left_open_ends_with_what_surrounds_it(source):
    assert html(source).count("<details") == html(source).count("</details>") == 1


def test_a_quotation_of_a_post_is_a_figure():
    assert html("> [Ann wrote](/post/42/):\n> text\n>\n> more\n\nreply") == (
        '<figure class="quote">\n<figcaption dir="auto"><a href="/post/42/">Ann wrote</a></figcaption>\n'
        '<blockquote dir="auto">\n<p>text</p>\n<p dir="auto">more</p>\n</blockquote>\n</figure>\n<p dir="auto">reply</p>\n'
    )


@pytest.mark.parametrize(
    "source",
    [
        "> [a](/post/42):\n> b", "> [a](https://x.test/post/42/):\n> b", "> [a](/post/4x/):\n> b", "> [a](/post/42/)\n> b",
        "> [a](/post/42/): b", "> see [a](/post/42/):\n> b", "[a](/post/42/):\nb",
    ],
)  # fmt: skip
def test_what_is_no_quotation_of_a_post(source):
    assert "<figure" not in html(source)


def test_quotations_of_posts_below_the_third_level_are_left_out():
    source = "\n".join(f"{'> ' * depth}[post {depth}](/post/{depth}/):\n{'> ' * depth}" for depth in range(1, 8))

    rendered = html(source)

    assert rendered.count('<figure class="quote">') == rendered.count("<blockquote") == 3
    assert "post 3" in rendered
    assert "post 4" not in rendered


def test_plain_quotations_below_the_third_level_are_flattened():
    rendered = html(">" * 6 + " deep")

    assert rendered.count("<blockquote") == 3
    assert "deep" in rendered


def test_what_nests_too_deep_is_shown_as_typed():
    assert "&gt;&gt;&gt;" in html(">" * 30 + " words")
    assert "words" in html("- " * 30 + "words")


def test_right_to_left_and_every_script_arrive_unchanged():
    rendered = html("# שלום\n\nمرحبا بالعالم\n\n- 漢字かな\n\n👩‍👩‍👧 🇩🇪 ❤️")

    assert '<h4 dir="auto">שלום</h4>' in rendered
    assert '<p dir="auto">مرحبا بالعالم</p>' in rendered
    assert '<ul dir="auto">\n<li>漢字かな</li>' in rendered
    assert "👩‍👩‍👧 🇩🇪 ❤️" in rendered


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# A\n\nb *c*\nd", "A\nb c\nd"),
        ("- a\n- [x] b", "a\n☑ b"),
        ("|a|b|\n|-|-|\n|1|2|", "a b\n1 2"),
        ("```py\nx = 1\n```", "x = 1"),
        ("![alt](/b) [c](/d)", "alt c"),
        ("a ||secret|| b", "a\n…\nb"),
        (":::spoiler\n:::spoiler\nsecret\n:::\n:::", "…"),
        ("> [Ann](/post/1/):\n> theirs\n\nmine", "mine"),
        ("> [Ann](/post/1/):\n> theirs", "theirs"),
        ("> theirs", "theirs"),
        ("a &amp; <b>", "a & <b>"),
    ],
)
def test_plain_text(source, expected):
    assert text(source) == expected


def test_a_fault_of_the_parser_costs_the_marks_not_the_words(monkeypatch, caplog):
    monkeypatch.undo()
    monkeypatch.setattr(rendering, "_marked_up", lambda _: 1 / 0)

    rendered = markup.render("*a* <b>\nc\n\nd")

    assert rendered.html == '<p dir="auto">*a* &lt;b&gt;<br>\nc</p>\n<p dir="auto">d</p>\n'
    assert rendered.text == "*a* <b>\nc\n\nd"
    assert "could not be rendered" in caplog.text


def test_longer_than_the_limit_is_refused():
    assert markup.render("a" * markup.MAX_SOURCE).version == markup.RENDERER_VERSION
    with pytest.raises(ValueError, match="longer"):
        markup.render("a" * (markup.MAX_SOURCE + 1))


def test_threads_share_the_parser():
    sources = [f"**{n}** http://a{n}.test ||{n}|| `{n}`\n\n> [x](/post/{n}/):\n> {n}" for n in range(40)]
    expected = [html(source) for source in sources]

    with ThreadPoolExecutor(8) as pool:
        rendered = list(pool.map(html, sources * 3))

    assert rendered == expected * 3
