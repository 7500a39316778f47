"""Folding: texts that look alike, or that keyboards and fonts write in several ways, get one form.

Names are folded to a key for finding (`name_key`); the name itself is stored as entered. Numbers and telephones are
folded to what is stored (`number_form`). Import, forms, search, sign-in and look-up all fold here and nowhere else.

Sources: Unicode 14, as Perl 5.36 and ICU have its data: DerivedCoreProperties.txt (Default_Ignorable_Code_Point),
EquivalentUnifiedIdeograph.txt (CJK radicals and strokes), confusables.txt of UTS #39 (Cyrillic and Greek letters that
look Latin), SpecialCasing.txt (the Turkish i); GB 18030 as glibc's iconv maps it (private-use code points that became
characters); HKSCS-2004 as Python's codec `big5hkscs` has it, with the private-use code points of Big5 (157 to a row).
Kangxi radicals, full-width signs and compatibility ideographs are unified by NFKC. Each fold is repeated until it
changes nothing, hence idempotent.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

EQUIVALENT_SIGNS = Path(__file__).with_name("equivalent_signs.csv")
# Default_Ignorable_Code_Point: soft hyphen, zero-width signs, directions of writing, variation selectors, fillers.
IGNORABLE_RANGES = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
# Invisible too, although Unicode gives them no such property: annotation anchors, and the empty Braille pattern.
IGNORABLE = frozenset(
    chr(sign) for first, last in IGNORABLE_RANGES for sign in range(first, last + 1)
) | frozenset("\ufff9\ufffa\ufffb\u2800")  # fmt: skip
# The separator of transliterated names, as keyboards, fonts and older encodings write it; 丶 is typed for it too.
DOTS = frozenset(".·˙•‣․‧∘∙⋅⸱⸳・･ㆍᆞꞏᐧ●⚫◦⦁᛫。｡．﹒﹅﹆°丶⬤⚬🞄𐄁\u0307")
APOSTROPHES = frozenset("'`´‘’‛′‵ʹʻʼʽˈˊˋ՚׳ꞌ＇｀\u1fbd\u1fbf\u1fef\u1ffd\u1ffe")
HYPHENS = frozenset("-‐‑‒–—―⁃−﹘﹣－➖⸺⸻˗")
QUOTES = frozenset('"“”„‟″＂')
OPENING, CLOSING = frozenset("(（﹙[［〔【﹝〖"), frozenset(")）﹚]］〕】﹞〗")
# Signs that look like a capital letter of Latin; numbers of documents have no other letters.
LOOKS_LATIN = {
    "A": "АΑ", "B": "ВΒ", "C": "СϹ", "E": "ЕΕ", "F": "Ϝ", "H": "НΗ", "I": "ІΙӀ", "J": "ЈͿ", "K": "КΚ", "M": "МΜ",
    "N": "Ν", "O": "ОΟ", "P": "РΡ", "Q": "Ԛ", "S": "Ѕ", "T": "ТΤ", "W": "Ԝ", "X": "ХΧ×✕✖✗✘╳⨯⨉❌", "Y": "УΥҮ", "Z": "Ζ",
}  # fmt: skip
# No column holds a longer text, so folding it would find nothing, and would take seconds for a whole body.
LONGEST = 256
# Most names: unified ideographs, but for 丶, are their own key.
OWN_KEY = re.compile("[\u4e00-\u4e35\u4e37-\u9fff]+")
PRIVATE_USE = range(0xE000, 0xF849)
# Rows of Big5 whose 157 cells stand for private-use code points, in the order of these code points.
BIG5_ROWS = (*range(0xFA, 0xFF), *range(0x8E, 0xA1), *range(0x81, 0x8E))
BIG5_CELLS = (*range(0x40, 0x7F), *range(0xA1, 0xFF))


def name_key(name: str) -> str:
    """Return the key under which a name is found: no invisible signs, case, dots, apostrophes, hyphens, white space."""
    return name if OWN_KEY.fullmatch(name) else _settled(_name_once, name)


def number_form(text: str) -> str:
    """Return a number as it is stored: upper case, Latin letters, no invisible signs, quotation marks or white space.

    Hyphens of every kind become `-`, and brackets `(` and `)`: some kinds of documents have them in their numbers.
    """
    if len(text) <= LONGEST and text.isascii() and text.isalnum():
        return text.upper()
    return _settled(_number_once, text)


def visible(text: str) -> str:
    """Return the text in compatibility forms, without invisible signs, and without white space at its ends."""
    return _settled(_visible_once, text)


def _settled(once: Callable[[str], str], text: str) -> str:
    """Repeat a fold until it changes nothing: a sign that is taken away can bring others together that are one.

    A text that is too long for every column is returned as it is.
    """
    while len(text) <= LONGEST and (folded := once(text)) != text:
        text = folded
    return text


def _name_once(name: str) -> str:
    # Before NFKC too, which takes ´ and ˙ apart into a space and an accent on the letter before.
    unified = unicodedata.normalize("NFKC", name.translate(OF_NAMES)).translate(OF_NAMES).casefold()
    return "".join(unified.split())


def _number_once(text: str) -> str:
    unified = unicodedata.normalize("NFKC", text.translate(OF_NUMBERS)).upper().translate(OF_NUMBERS)
    return "".join(unified.split())


def _visible_once(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(INVISIBLE)).strip()


def _equivalent() -> Iterator[tuple[str, str]]:
    """Yield the signs that stand for another: those of HKSCS, and those of the table, which decides where both do."""
    yield from _of_hong_kong()
    with EQUIVALENT_SIGNS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield chr(int(row["sign"], 16)), chr(int(row["stands_for"], 16))


def _of_hong_kong() -> Iterator[tuple[str, str]]:
    places = (bytes((row, cell)) for row in BIG5_ROWS for cell in BIG5_CELLS)
    for private, place in zip(PRIVATE_USE, places, strict=False):
        found = place.decode("big5hkscs", "ignore")
        if len(found) == 1 and ord(found) not in PRIVATE_USE:
            yield chr(private), found


def _table(unified: Mapping[str, str], *dropped: frozenset[str]) -> dict[int, str | None]:
    return {ord(sign): other for sign, other in unified.items()} | {
        ord(sign): None for signs in dropped for sign in signs
    }


EQUIVALENT = dict(_equivalent())
INVISIBLE = _table({}, IGNORABLE)
OF_NAMES = _table(EQUIVALENT | {"İ": "i", "ı": "i"}, IGNORABLE, DOTS, APOSTROPHES, HYPHENS)
OF_NUMBERS = _table(
    EQUIVALENT
    | {sign: letter for letter, signs in LOOKS_LATIN.items() for sign in signs}
    | dict.fromkeys(HYPHENS, "-")
    | dict.fromkeys(OPENING, "(")
    | dict.fromkeys(CLOSING, ")"),
    IGNORABLE,
    APOSTROPHES,
    QUOTES,
)
