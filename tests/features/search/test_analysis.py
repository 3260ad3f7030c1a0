"""What counts as a word, in any script."""

from __future__ import annotations

import pytest

from app.features.search import analysis
from app.features.search.asking import MAX_PARTS, MAX_TERMS, Term, understand


def parts(text, language="en"):
    return [part for word in analysis.words(text, language) for part in word.parts]


def stems(text, language="en"):
    return [word.stem for word in analysis.words(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The FERRY, at last!", ["the", "ferry", "at", "last"]),
        ("C++ and c#, .NET or F#.", ["c++", "and", "c#", ".net", "or", "f#"]),
        ("C++17 gives 404", ["c++", "17", "gives", "404"]),
        ("1+1=2, a+ and x.", ["1", "1", "2", "a+", "and", "x"]),
        ("Crème brûlée à Øresund", ["creme", "brulee", "a", "oresund"]),
        ("Straße", ["strasse"]),
        ("Ｆｕｌｌ Ｗｉｄｔｈ Ｃ＋＋", ["full", "width", "c++"]),
        ("东京大学", ["东京", "京大", "大学"]),
        ("iPhone手机", ["iphone", "手机"]),
        ("茶", ["茶"]),
        ("食べ物です", ["食べ", "べ物", "物で", "です"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("مَدْرَسَة", ["مدرسة"]),
        ("שָׁלוֹם", ["שלום"]),
        ("ok 🙂", ["ok", "🙂"]),
        ("snake_case", ["snake", "case"]),
        ("end.Next ...and", ["end", "next", "and"]),
    ],
)
def test_a_text_has_these_words(text, expected):
    assert parts(text) == expected


def test_an_inflected_word_has_the_stem_of_the_others():
    assert len(set(stems("Fähre Fähren fähre", "de"))) == 1
    assert len(set(stems("Fahrplan Fahrpläne Fahrplänen", "de"))) == 1
    assert len(set(stems("timetable timetables"))) == 1


def test_a_language_without_known_endings_keeps_its_words_as_they_are():
    assert stems("timetables", "xx") == [None]


def test_numbers_have_no_stem():
    assert stems("404") == [None]


def test_the_last_character_of_a_run_can_be_found_alone():
    assert [word.extra for word in analysis.words("东京大学", "en")] == ["学"]


def test_words_are_found_where_they_stand():
    text = "Das Öl ist 大学 und C++."

    assert [text[place.start : place.end] for place in analysis.places(text, "de")] == text.rstrip(".").split()


def test_a_long_sentence_without_spaces_is_whole():
    assert len(parts("学" * 500)) == 499


def test_words_are_of_bounded_length():
    assert [len(part) for part in parts("x" * 5000)] == [analysis.MAX_WORD]


def test_words_must_all_occur_and_alternatives_need_not():
    query = understand('ferry OR boat "early morning" -winter', "xx")

    assert query.groups == ((Term(("ferry",)), Term(("boat",))), (Term(("early", "morning")),))
    assert query.without == (Term(("winter",)),)


@pytest.mark.parametrize(
    "typed", ["", "   ", '"', '""', "-", "- -", "OR", "OR OR", "...", "-winter", '-"a b"', "( ) * : ^"]
)
def test_what_names_nothing_asks_for_nothing(typed):
    assert understand(typed, "en").groups == ()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("node.js", [("node", "js")]),
        ("e-mail", [("e", "mail")]),
        ("l'été", [("ete",)]),
        ("Ann's", [("ann",)]),
        ("„frühe Fähre“", [("fruhe", "fahre")]),
        ("c++", [("c++",)]),
        ("NEAR(a b)", [("near", "a"), ("b",)]),
        ('"open phrase', [("open", "phrase")]),
        ("东京大学", [("东京", "京大", "大学")]),
    ],
)
def test_what_is_typed_is_taken_apart_as_posts_are(typed, expected):
    assert [term.parts for group in understand(typed, "xx").groups for term in group] == expected


def test_a_query_is_bounded():
    many = understand(" ".join(f"w{n}" for n in range(40)), "en")
    long = understand("学" * 190, "en")

    assert len(many.groups) == MAX_TERMS
    assert many.is_cut
    assert len(long.groups[0][0].parts) == MAX_PARTS
    assert understand("a" * 500, "en").is_cut
    assert not understand("ferry", "en").is_cut
