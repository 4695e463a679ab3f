"""Letters as a reader sees them: a Cyrillic or Greek letter that looks like a Latin one is read as that one.

A word list is worth nothing if one look-alike letter, or a character that nobody sees, takes a word out of it.
"""

import re
import unicodedata

_SEEN_AS = {
    "\u0430\u0432\u0435\u0451\u0455\u0456\u0457\u0458\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445": (
        "abeesiijkmhopctyx"
    ),
    "\u0410\u0412\u0415\u0401\u0405\u0406\u0407\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425": (
        "ABEESIIJKMHOPCTYX"
    ),
    "\u0501\u04cf\u04c0\u051b\u051d\u051a\u051c\u04bb\u0493\u0433\u043f": "dllqwQWhfrn",
    "\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03f2\u03f3\u03b7\u03b3": "aeikvoptuxcjny",
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03f9\u03dc": (
        "ABEZHIKMNOPTYXCF"
    ),
    "\u0131\u0261\u0142\u00f8\u0111\u0269": "iglodi",
    "\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a\u1d0a\u1d0b\u029f\u1d0d\u0274\u1d0f\u1d18\u0280\ua731": (
        "abcdefghijklmnoprs"
    ),
    "\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22": "tuvwyz",
}
_LATIN = {ord(other): latin for others, plain in _SEEN_AS.items() for other, latin in zip(others, plain, strict=True)}
_UNSEEN = dict.fromkeys((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0))
_DIGITS = (str.maketrans("0135", "oies"), str.maketrans("0135", "oles"))


def latin_letters(text: str) -> str:
    r"""A text as it looks: composed alike (NFKC), without accents and unseen characters, look-alikes as Latin letters.

    >>> latin_letters("Of\u200bficer"), latin_letters("\u041eFFICER"), latin_letters("Prénom")
    ('Officer', 'OFFICER', 'Prenom')
    """
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf").translate(_UNSEEN)
    parts = unicodedata.normalize("NFKD", visible.translate(_LATIN))
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_LATIN)


def with_digits_as_letters(plain: str) -> tuple[str, ...]:
    """The readings of lower-case words in which 0, 1, 3 and 5 stand for o, i or l, e and s; words of three are codes.

    >>> with_digits_as_letters("0ff1cer"), with_digits_as_letters("911"), with_digits_as_letters("s1")
    (('officer', 'offlcer'), (), ())
    """
    mixed = re.compile(r"\b(?=\w*[a-z])(?=\w*[0135])[a-z0135]{4,}\b")
    readings = [plain, plain]
    for word in set(mixed.findall(plain)):
        readings = [
            reading.replace(word, word.translate(digits)) for reading, digits in zip(readings, _DIGITS, strict=True)
        ]
    return tuple(dict.fromkeys(reading for reading in readings if reading != plain))
