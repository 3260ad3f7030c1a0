"""Keeping passwords: hashed with argon2id, and refused when they are among the first anyone would try.

Length and context rules after OWASP ASVS 5.0, section 6.2: no composition rules, nothing cut off, nothing normalised.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.kernel.errors import Busy, Invalid
from app.kernel.words import gettext as _

SHORTEST, LONGEST = 10, 256
WAIT_SECONDS = 15
LEAST_OWN_CHARACTERS = 4

HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
# Each hash takes 46 MiB: as many at once as there are cores is as fast as more, and many sign-ins cannot fill memory.
_turns = threading.BoundedSemaphore(os.cpu_count() or 1)
# Compared with when there is no such account, so that finding out takes as long as a wrong password.
_NOBODY = "$argon2id$v=19$m=47104,t=1,p=1$o+WNFFbqT1iVWhasPa3QmQ$tqH9VfUD6FZJafGkmj/m6XtX/CWQZYEpQRWz7az4LpY"

# What the usual lists of common passwords are made of; joined, repeated, or with digits and signs around them they
# are refused as well.
_COMMON = re.findall(
    r"\S+",
    """
password passwort passphrase contraseña motdepasse wachtwoord senha parola haslo letmein iloveyou iloveu loveyou welcome
login admin administrator master monkey dragon sunshine princess football baseball basketball superman batman spiderman
starwars pokemon minecraft liverpool arsenal chelsea barcelona realmadrid michael jordan jessica ashley daniel charlie
thomas george andrew matthew shadow trustno freedom whatever secret hello computer internet samsung iphone google
facebook instagram youtube mustang ferrari mercedes porsche corvette harley hunter ranger killer cheese butterfly flower
cookie chocolate banana summer winter spring autumn january december monday friday sunday abcdef abcdefgh abcdefghij qwerty
qwertyuiop qwertz qwertzuiop azerty azertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm yxcvbnm qazwsx qazwsxedc qweasd
qweasdzxc poiuytrewq lkjhgfdsa mnbvcxz test testing tester temp temporary changeme default guest root toor user username
account access system server forum please nothing something everything jesus christ blessed angel loveme forever family
mother father brother sister correcthorsebatterystaple opensesame blink fuckyou fuckoff asshole bitch naruto
""",
)
_ROWS = re.findall(
    r"\S+",
    """
01234567890123456789 abcdefghijklmnopqrstuvwxyz 1q2w3e4r5t6z7u8i9o0p 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0
q1w2e3r4t5z6u7i8o9p0 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol. zaq12wsxcde34rfv !@#$%^&*() 1122334455 0011223344 1213141516
""",
)
_LOOKS = str.maketrans("0134578@$!", "oieastbasi")


def check_password(password: str, *own_words: str) -> None:
    """Raises Invalid for a password that is too short, too long or easily guessed; `own_words` are the account's name,
    e-mail address and the site's name, which alone make no password.
    """
    if len(password) < SHORTEST:
        raise Invalid(_("Use at least 10 characters. A short sentence is fine."), "password")
    if len(password) > LONGEST:
        raise Invalid(_("A password has at most 256 characters."), "password")
    try:
        password.encode()
    except UnicodeEncodeError:
        raise Invalid(_("That password has a character in it that cannot be stored."), "password") from None
    if _is_common(password):
        raise Invalid(
            _("That password is one of the first that others would try. Please think of another."), "password"
        )
    if _is_mostly(password, [part for word in own_words for part in _parts(word)]):
        sentence = _(
            "That password is little more than your name, your address or this site's name. Please think of another."
        )
        raise Invalid(sentence, "password")


def hash_password(password: str) -> str:
    """Takes about 0.1 s of one core: never call it between the first statement of a transaction and its end."""
    with _turn():
        return HASHER.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether this is the password of the stored hash. Takes as long when there is none, and then says no."""
    if len(password) > LONGEST:
        return False
    try:
        given = password.encode()
    except UnicodeEncodeError:
        return False
    with _turn():
        try:
            HASHER.verify(stored or _NOBODY, given)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than new ones are."""
    return HASHER.check_needs_rehash(stored)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _turns.release()


def _is_common(password: str) -> bool:
    plain = password.casefold()
    if len(set(plain)) <= LEAST_OWN_CHARACTERS or _is_repetition(plain):
        return True
    if any(plain in row or plain[::-1] in row for row in _ROWS):
        return True
    return _is_mostly(password, _COMMON)


def _is_repetition(plain: str) -> bool:
    """Whether a piece of up to five characters, again and again, is all there is to it."""
    return any(all(char == plain[at % size] for at, char in enumerate(plain)) for size in range(1, 6))


def _is_mostly(password: str, words: list[str]) -> bool:
    """Whether next to nothing is left when these words are taken out: a few letters, some digits and signs."""
    for plain in (password.casefold(), password.casefold().translate(_LOOKS)):
        letters = re.sub(r"[\W\d_]+", "", plain)
        left = letters
        for word in sorted(words, key=len, reverse=True):
            left = left.replace(word, "")
        others = len(plain) - len(letters)
        if len(left) < LEAST_OWN_CHARACTERS and len(left) < len(letters) and others < SHORTEST:
            return True
    return False


def _parts(words: str) -> list[str]:
    """The words of a name or address long enough to matter, and all of them together."""
    plain = words.casefold().partition("@")[0]
    parts = re.findall(r"[^\W\d_]{3,}", plain)
    return [*parts, "".join(parts)] if parts else []
