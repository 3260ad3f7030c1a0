"""Which part of a post is shown, and what is marked in it."""

from __future__ import annotations

import pytest

from app.features.search.asking import understand
from app.features.search.excerpts import LENGTH, excerpt, marked


def shown(pieces):
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("The ferries are late.", "ferry", "The [ferries] are late."),
        ("A crème brûlée", "creme", "A [crème] brûlée"),
        ("Use C++, not C.", "c++", "Use [C++], not C."),
        ("Node.js and node", "node.js", "[Node.js] and node"),
        ("to be or not to be", '"not to be"', "to be or [not to be]"),
        ("我在东京大学学习", "大学", "我在东京[大学]学习"),
        ("我在东京大学学习", "东京大学", "我在[东京大学]学习"),
        ("我喜欢茶", "茶", "我喜欢[茶]"),
        ("one two three", "two OR three -four", "one [two] [three]"),
        ("nothing of it", "ferry", "nothing of it"),
        ("nothing asked", "", "nothing asked"),
        ("", "ferry", ""),
    ],
)
def test_what_was_looked_for_is_marked(text, typed, expected):
    query = understand(typed, "en")

    assert shown(marked(text, query, "en")) == expected
    assert shown(excerpt(text, query, "en")) == expected


def test_the_part_with_most_of_the_words_is_shown():
    text = "ferry " + "word " * 200 + "the ferry timetable of spring " + "word " * 200

    found = shown(excerpt(text, understand("timetable ferry", "en"), "en"))

    assert "the [ferry] [timetable] of" in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(found) < LENGTH + 20


def test_a_text_without_spaces_is_cut_all_the_same():
    found = shown(excerpt("学" * 2000 + "茶" + "学" * 2000, understand("茶", "en"), "en"))

    assert "[茶]" in found
    assert len(found) < LENGTH + 20


def test_the_pieces_are_the_text():
    text = "a b a b c " * 20
    pieces = marked(text, understand('a "a b" "b a b" c', "en"), "en")

    assert "".join(piece.text for piece in pieces) == text


def test_a_long_hostile_text_is_cut_quickly():
    query = understand(" ".join(["a"] * 6) + ' "a a a" "b a"', "en")

    assert excerpt("a " * 16_000, query, "en")
