"""Passwords: which will do, and how they are kept."""

import threading
import time

import pytest

from app.features.accounts import passwords
from app.kernel.errors import Invalid


@pytest.mark.parametrize(
    "password",
    [
        "a long walk by the sea",
        "tide-table-9",
        "4711081512",
        "пароль не такой",
        "🌊🌊🐚🦀⚓⛵🏖🪸🐟🦞",
        "correct\0horse",
        "x7" + "Qp4!" * 63,
        "sunshine and rain here",
        "  spaces at the ends  ",
        "test 8264 9917 3355 2210",
    ],
)
def test_long_passwords_of_any_kind_will_do(password):
    passwords.check_password(password, "Ann Lee", "ann@forum.test", "Stoa")


@pytest.mark.parametrize("password", ["", "short", "ninechars", "x7Q!" * 64 + "x"])
def test_passwords_have_ten_to_256_characters(password):
    with pytest.raises(Invalid):
        passwords.check_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "Password2024!",
        "passwordpassword",
        "P@ssw0rd1234",
        "1234567890",
        "9876543210",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "qwertyuiop",
        "QWERTY12345",
        "1q2w3e4r5t",
        "iloveyou12345",
        "letmein1letmein",
        "correct horse battery staple",
    ],
)
def test_passwords_everybody_tries_first_are_refused(password):
    with pytest.raises(Invalid):
        passwords.check_password(password)


@pytest.mark.parametrize(
    "password", ["Ann Lee 1970", "annlee!!!!!", "leeann2026!", "ann.lee@seaside", "LowWater2026", "l0wwater2026"]
)
def test_ones_own_name_makes_no_password(password):
    with pytest.raises(Invalid):
        passwords.check_password(password, "Ann Lee", "seaside.ann@forum.test", "Low Water")


@pytest.mark.parametrize("password", ["a long walk by the sea", "ünïcödé pässwörd", "nul\0in the middle", "y" * 256])
def test_a_password_is_compared_whole(password):
    stored = passwords.hash_password(password)

    assert passwords.is_right(password, stored)
    assert not passwords.is_right(password[:-1], stored)
    assert not passwords.is_right(password.upper() + " ", stored)
    assert not passwords.is_right(password.split("\0")[0] + "x", stored)


def test_nothing_is_right_for_nobody_and_it_takes_as_long():
    stored = passwords.hash_password("a long walk by the sea")

    known = min(_seconds("another password", stored) for _ in range(5))
    unknown = min(_seconds("another password", None) for _ in range(5))

    assert not passwords.is_right("a long walk by the sea", None)
    assert abs(known - unknown) < max(known, unknown) / 2


def test_what_nobody_is_compared_with_costs_what_a_new_hash_costs():
    assert not passwords.is_outdated(passwords._NOBODY)


def test_a_hash_that_cannot_be_read_is_never_right():
    assert not passwords.is_right("a long walk by the sea", "not a hash")


def test_more_sign_ins_than_cores_wait_for_their_turn():
    stored = passwords.hash_password("a long walk by the sea")
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(passwords.is_right("a long walk by the sea", stored)))
        for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [True] * 8


def _seconds(password, stored):
    started = time.thread_time()
    passwords.is_right(password, stored)
    return time.thread_time() - started
