"""Names that look like other names."""

import pytest

from app.features.accounts import names
from app.kernel.errors import Invalid


@pytest.mark.parametrize(
    "name",
    [
        "Ann",
        "José",
        "Nguyễn Thị Ánh",
        "山田 太郎",
        "김철수",
        "Олена",
        "שלום",
        "สมชาย",
        "अमित",
        "عبد الله",
        "J. R. Smith-Lee",
        "x_9",
        "Modesta",
    ],
)
def test_names_of_every_script_are_kept_as_they_are_written(name):
    assert names.check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "\u0430dmin",
        "ad\u200bmin",
        "admin\xa0",
        "\U0001d4b6\U0001d4b9\U0001d4c2\U0001d4be\U0001d4c3",
        "adm\u0131n",
        "admin\u2800",
        "\u2063\u200b",
        "admin\ud800",
        "ADMIN",
        "Ａｄｍｉｎ",
        "adm1n",
        "adrnin",
        "ad.min",
        "a d m i n",
        "ádmîn",
        "Admin Ann",
        "Stoa",
        "St0a",
        "guest",
        "Deleted",
    ],
)
def test_nobody_can_pass_for_the_staff_or_the_site(name):
    with pytest.raises(Invalid) as refused:
        names.check_name(name)

    assert refused.value.field == "name"
    assert str(refused.value.reason)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "a",
        "x" * 31,
        "<b>x</b>",
        "Tom & Jerry",
        "a@b",
        "Ann/Lee",
        'An"n',
        "An'n",
        "An\\n",
        "a:b",
        '"><svg onload=alert(1)>',
        "x\r\nBcc: a@evil.test",
        "x\0y",
        "Ann\u202eLee",
        "Ann\u3164",
        ".Ann",
        "Ann-",
        "a...b",
        "\u0301nn",
        "Zalgo" + "\u0301" * 9,
        "Ann😀",
        "Lаra",
        "Αnn",
        "ʰʲʷ²",
        "ʻOkina",
        "An\u0b8dn",
    ],
)
def test_names_that_will_not_do_are_refused_with_a_sentence(name):
    with pytest.raises(Invalid) as refused:
        names.check_name(name)

    assert str(refused.value.reason).endswith(".")


def test_spaces_around_and_between_are_tidied_and_letters_composed():
    assert names.check_name("  Jose\u0301   Lee ") == "José Lee"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Lee", "ANN LEE"),
        ("Ann Lee", "ann_lee"),
        ("Ann Lee", "Ann.Lee"),
        ("Ian", "lan"),
        ("Bob", "B0b"),
        ("Bill", "Bi11"),
        ("José", "Jose"),
        ("Søren", "Soren"),
        ("Łukasz", "Lukasz"),
        ("Ann", "𝐀𝐧𝐧"),
        ("Ann", "Ａｎｎ"),
        ("scope", "ѕсоре"),
        ("MINA", "ΜΙΝΑ"),
        ("Straße", "STRASSE"),
        ("Marnie", "Mamie"),
        ("Νίκος", "ΝΊΚΟΣ"),
        ("Олена", "ОЛЕНА"),
        ("A٣", "A3"),
    ],
)
def test_names_that_look_alike_have_one_key(one, other):
    assert names.fold(one) == names.fold(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Ann", "Anna"), ("Ann Lee", "AnnLee"), ("か", "が"), ("Tom", "Tim")])
def test_names_that_differ_to_the_eye_have_different_keys(one, other):
    assert names.fold(one) != names.fold(other)


def test_a_key_always_fits_its_column():
    assert len(names.fold("ﷺ" * 400)) <= names.LONGEST_KEY


@pytest.mark.parametrize("email", ["ann@forum.test", " a.b+c@sub.example.org ", "A_1@xn--bcher-kva.example"])
def test_addresses_one_can_write_to_are_kept(email):
    assert names.check_email(email) == email.strip()


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ann",
        "ann@",
        "@forum.test",
        "a@b",
        "a b@c.de",
        "a@b.test,c@evil.test",
        "a@b.test\r\nBcc: c@evil.test",
        '"x"@c.de',
        "a..b@c.de",
        "a@-c.de",
        "a@c.de.",
        "<a@c.de>",
        "x" * 65 + "@c.de",
        "a@" + "x" * 250 + ".de",
        "ä@c.de",
        "a@c.de\0",
    ],
)
def test_addresses_that_are_none_or_several_are_refused(email):
    with pytest.raises(Invalid) as refused:
        names.check_email(email)

    assert refused.value.field == "email"
