"""What a form field keeps."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import markup

INVISIBLE = [
    "", " ", "\t\n\r", "\x00", "\u00a0", "\u00ad", "\u034f", "\u061c", "\u115f\u1160", "\u17b4", "\u180e", "\u200b\u200c\u200d",
    "\u200e\u200f", "\u2028\u2029", "\u202e", "\u2060\u2066\u2069", "\u2800", "\u3000", "\u3164", "\ufe0f", "\ufeff", "\uffa0",
    "\U000e0041", "\ud800", "\x9f",
]  # fmt: skip


@pytest.mark.parametrize("raw", [*INVISIBLE, "".join(INVISIBLE), " \u200b".join(INVISIBLE)])
def test_nothing_to_see_is_blank(raw):
    assert markup.is_blank(raw)
    assert markup.clean_line(raw) == ""


@pytest.mark.parametrize("raw", ["a", ".", "\u200ba", "漢", "👍", "\u0600", "\u0e33", "مرحبا", "\ufffd"])
def test_anything_to_see_is_not_blank(raw):
    assert not markup.is_blank(raw)
    assert markup.clean_line(raw) == raw


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\x00b\x07\x1b[0m\x7f\x85\x9f", "ab[0m"),
        ("\ta\t", "\ta\t"),
        ("a\ud800b\udfff", "ab"),
        ("e\u0301 \u00e9 \ufb01 \u200d \u202e", "e\u0301 \u00e9 \ufb01 \u200d \u202e"),
        ("  a  \n\n", "  a  \n\n"),
    ],
)
def test_a_text_keeps_every_character_but_controls(raw, kept):
    assert markup.clean_text(raw) == kept


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  a \t\r\n b\u00a0\u3000c ", "a b c"),
        ("a\x00b \x07 c", "ab c"),
        ("a\x0bb\x85c\u2028d", "a b c d"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_line_is_one_line(raw, kept):
    assert markup.clean_line(raw) == kept


@given(st.text(st.characters(exclude_categories=[])))
def test_cleaning_twice_changes_nothing(raw):
    assert markup.clean_text(markup.clean_text(raw)) == markup.clean_text(raw)
    assert markup.clean_line(markup.clean_line(raw)) == markup.clean_line(raw)
    assert len(markup.clean_line(raw).splitlines()) <= 1
    markup.clean_text(raw).encode()


@pytest.mark.parametrize(
    "raw", [" " * 1_000_000, "a" + " " * 1_000_000 + "b", "\u200b" * 1_000_000, "a \x00" * 300_000]
)
def test_a_million_characters_are_cleaned_at_once(raw):
    start = time.process_time()

    markup.clean_line(raw)
    markup.clean_text(raw)

    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("short", 200, "short"),
        ("a\n b\t c", 200, "a b c"),
        ("one two three four", 12, "one two…"),
        ("one two three", 8, "one two…"),
        ("漢字" * 10, 5, "漢字漢字…"),
        ("ab👩\u200d👧cd", 4, "ab…"),
        ("abce\u0301fgh", 5, "abc…"),
        ("abc🇩🇪 def ghi", 5, "abc…"),
        ("abcdef", 1, "…"),
    ],
)
def test_an_excerpt_is_cut_where_nothing_breaks(text, length, expected):
    assert markup.excerpt(text, length) == expected


@given(st.text(), st.integers(1, 50))
def test_an_excerpt_is_never_longer_than_asked(text, length):
    assert len(markup.excerpt(text, length)) <= length
