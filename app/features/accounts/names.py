"""Which names and addresses people may sign up with, and when two names look alike.

After Unicode Technical Standard 39: one script per name, and a key in which look-alikes are the same.
"""

from __future__ import annotations

import re
import unicodedata

from app.kernel.errors import Invalid
from app.kernel.words import gettext as _

SHORTEST, LONGEST = 2, 30
LONGEST_KEY = 160
LONGEST_EMAIL = 254  # RFC 5321
MARKS_IN_A_ROW = 3

# Letters that look like a plain Latin one, small or capital: Greek, Cyrillic, Armenian, Coptic, Cherokee, and Latin
# letters that have no decomposition.
_LOOK_ALIKES = {
    "a": "αаɑᴀⲁᎪ",
    "b": "βвьɓƀʙᏏᏴ",
    "c": "сϲᴄⲥꮯƈᏟ",
    "d": "ԁɗđðɖᎠᏧ",
    "e": "εеєɛəҽᎬ",
    "f": "ƒϝ",
    "g": "ɡցɢǥᏀᏳ",
    "h": "ηнһհħԋᎻᏂ",
    "j": "јϳɉʝᎫ",
    "k": "κкқӄᴋⲕƙᏦ",
    "l": "ιіıɩӏǀłƚɫɭլᎥᏞ",
    "m": "μмⲙᴍϻᎷ",
    "n": "νոռŋɲղɴⲛ",
    "o": "οоօøᴏⲟɵ",
    "p": "ρрⲣϸƿþᏢ",
    "q": "ԛգզɋ",
    "r": "ᴦɼɾʀᎡᏒ",
    "s": "ѕꜱʂՏᏚᏕ",
    "t": "τтᴛⲧŧƭԏᎢ",
    "u": "սʋᴜᏌ",
    "v": "ѵᴠᏙ",
    "w": "ԝɯᴡաᎳᏔ",
    "x": "χхⲭӽ",
    "y": "υуүⲩƴʏᎩᎽ",
    "z": "ζᴢƶȥⲍᏃ",
}
_LATIN = {
    ord(form): plain for plain, others in _LOOK_ALIKES.items() for other in others for form in {other, other.casefold()}
}
_LATIN |= {ord("æ"): "ae", ord("œ"): "oe", ord("ǝ"): "e"}
_DIGITS_AND_BARS = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l"})
_PAIRS = (("rn", "m"), ("vv", "w"))

# Their marks are ornaments of a letter; in other scripts marks are letters themselves.
_SCRIPTS_WITH_ACCENTS = {"LATIN", "GREEK", "CYRILLIC", "COPTIC"}
_MIXTURES = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
)
_SEPARATORS = " _-."
# Letters and marks of which nothing can be seen.
_EMPTY = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")

RESERVED = re.findall(
    r"\S+",
    "account admins anonymous anonym api board bot broadcast contact deleted deleted-member deleted-user everyone forum forums"
    " guest guests help here info mail mailer-daemon me member members mod mods moderation news no-reply nobody noreply"
    " notification notifications nil none null official postmaster root security server settings site staff stoa"
    " stoa-team support system team unknown user users void you undefined",
)
# Whoever bears one of these words among others would be taken for staff as well.
RESERVED_WORDS = re.findall(
    r"\S+",
    "admin administrator administration administrators moderator moderators superuser sysadmin sysop webmaster"
    " админ администратор модератор διαχειριστής",
)


def check_name(raw: str) -> str:
    """The name as it will be shown: composed (NFC), single spaces, none at the ends.

    Raises Invalid, with a sentence for the person choosing, when nobody may be called that.
    """
    name = check_form(raw)
    if is_reserved(name):
        raise Invalid(_("That name is kept for the site itself. Please choose another."), "name")
    return name


def check_form(raw: str) -> str:
    """The same for people who may bear a reserved name, which is what staff do."""
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for char in raw) or _EMPTY.search(
        raw
    ):
        raise Invalid(_("That name has characters in it that nobody can see. Please type it anew."), "name")
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    _check_length(name)

    for char in name:
        if not _is_allowed(char):
            sentence = _("A display name has letters, digits, spaces and _ - . in it, but not “%(char)s”.", char=char)
            raise Invalid(sentence, "name")
    if name[0] in _SEPARATORS or name[-1] in _SEPARATORS or unicodedata.category(name[0])[0] == "M":
        raise Invalid(_("A display name begins and ends with a letter or a digit."), "name")
    if re.search(r"[ _.-]{3}", name) or _has_too_many_marks(name):
        raise Invalid(_("That name has too many marks in a row."), "name")
    _check_scripts(name)
    return name


def is_reserved(name: str) -> bool:
    words = re.split("[- _.]+", name)
    return _bare(name) in _RESERVED_KEYS or any(_bare(word) in _RESERVED_WORD_KEYS for word in [name, *words])


def fold(name: str) -> str:
    """The key under which a name is unique: names that look alike have the same. Never fails; may be empty."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = _without_accents(unicodedata.normalize("NFKD", plain))
    plain = plain.translate(_LATIN)
    plain = "".join(_as_ascii_digit(char) for char in plain).translate(_DIGITS_AND_BARS)
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    plain = re.sub(r"[\s_.-]+", "-", plain)
    kept = "".join(char for char in plain if unicodedata.category(char)[0] != "C" and not _EMPTY.match(char))
    return unicodedata.normalize("NFC", kept).strip("-")[:LONGEST_KEY]


def check_email(raw: str) -> str:
    """The address without spaces around it. Raises Invalid when mail could not be sent there, or to several."""
    email = raw.strip()
    if not email:
        raise Invalid(_("Please give your e-mail address."), "email")
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid(_("This does not look like an e-mail address. It should look like name@example.org."), "email")
    return email


def fold_email(email: str) -> str:
    """The key under which an address is unique. Never fails."""
    return unicodedata.normalize("NFC", email.strip()).casefold().replace("\0", "")


def fold_login(login: str) -> str:
    """The key of whoever signs in like this: an e-mail address has an @ in it and a name never does."""
    return fold_email(login) if "@" in login else fold(login)


def _bare(name: str) -> str:
    return fold(name).replace("-", "")


def _check_length(name: str) -> None:
    if not name:
        raise Invalid(_("Please choose a display name."), "name")
    if len(name) < SHORTEST:
        raise Invalid(_("A display name has at least two characters."), "name")
    if max(len(name), len(unicodedata.normalize("NFKC", name))) > LONGEST:
        raise Invalid(_("A display name has at most 30 characters."), "name")


def _is_allowed(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] == "L" or category in {"Mn", "Mc", "Nd"} or char in _SEPARATORS


def _has_too_many_marks(name: str) -> bool:
    row = 0
    for char in unicodedata.normalize("NFD", name):
        row = row + 1 if unicodedata.category(char) == "Mn" else 0
        if row > MARKS_IN_A_ROW:
            return True
    return False


def _check_scripts(name: str) -> None:
    plain = unicodedata.normalize("NFKC", name)
    scripts = {_script(char) for char in plain if unicodedata.category(char)[0] == "L"}
    if "MODIFIER" in scripts:
        raise Invalid(_("That name has signs in it that are not letters of their own. Please leave them out."), "name")
    if len(scripts) > 1 and not any(scripts <= mixture for mixture in _MIXTURES):
        raise Invalid(_("That name mixes letters of several alphabets. Please use one of them only."), "name")


def _script(char: str) -> str:
    """The script of a letter, from its Unicode name, which begins with it."""
    first = unicodedata.name(char, "UNKNOWN").split()[0]
    if first == "IDEOGRAPHIC":
        return "CJK"
    return "KATAKANA" if first.startswith("KATAKANA") else first


def _without_accents(decomposed: str) -> str:
    kept, script = [], ""
    for char in decomposed:
        if unicodedata.category(char)[0] == "L":
            script = _script(char)
        elif unicodedata.category(char) == "Mn" and script in _SCRIPTS_WITH_ACCENTS:
            continue
        if char != "ـ":  # the tatweel only stretches an Arabic word
            kept.append(char)
    return "".join(kept)


def _as_ascii_digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char


# Ours: stricter than RFC 5322, as mail providers are. Domains of other scripts are given in their xn-- form.
_EMAIL = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_RESERVED_KEYS = frozenset(_bare(word) for word in RESERVED)
_RESERVED_WORD_KEYS = frozenset(_bare(word) for word in RESERVED_WORDS)
