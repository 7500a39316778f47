"""Folding: normalizes texts that look alike or that keyboards and fonts encode in several ways.

Names are folded to a search key (`name_key`); the name itself is stored as entered. Numbers and telephone numbers are
stored folded (`number_form`). Import, forms, search, sign-in and look-up all use this module.

Sources: Unicode 14, as Perl 5.36 and ICU have its data: DerivedCoreProperties.txt (Default_Ignorable_Code_Point),
EquivalentUnifiedIdeograph.txt (CJK radicals and strokes), confusables.txt of UTS #39 (Cyrillic and Greek letters that
look Latin), SpecialCasing.txt (the Turkish i); GB 18030 as glibc's iconv maps it (private-use code points that became
characters); HKSCS-2004 as Python's codec `big5hkscs` has it, with the private-use code points of Big5 (157 to a row).
Kangxi radicals, full-width characters and compatibility ideographs are unified by NFKC. Each fold is repeated until it
changes nothing, and so is idempotent.
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
# Variants of the separator of transliterated names; 丶 is typed for it too.
DOTS = frozenset(".·˙•‣․‧∘∙⋅⸱⸳・･ㆍᆞꞏᐧ●⚫◦⦁᛫。｡．﹒﹅﹆°丶⬤⚬🞄𐄁\u0307")
APOSTROPHES = frozenset("'`´‘’‛′‵ʹʻʼʽˈˊˋ՚׳ꞌ＇｀\u1fbd\u1fbf\u1fef\u1ffd\u1ffe")
HYPHENS = frozenset("-‐‑‒–—―⁃−﹘﹣－➖⸺⸻˗")
QUOTES = frozenset('"“”„‟″＂')
OPENING, CLOSING = frozenset("(（﹙[［〔【﹝〖"), frozenset(")）﹚]］〕】﹞〗")
# Homoglyphs of Latin capital letters; document numbers have no other letters.
LOOKS_LATIN = {
    "A": "АΑ", "B": "ВΒ", "C": "СϹ", "E": "ЕΕ", "F": "Ϝ", "H": "НΗ", "I": "ІΙӀ", "J": "ЈͿ", "K": "КΚ", "M": "МΜ",
    "N": "Ν", "O": "ОΟ", "P": "РΡ", "Q": "Ԛ", "S": "Ѕ", "T": "ТΤ", "W": "Ԝ", "X": "ХΧ×✕✖✗✘╳⨯⨉❌", "Y": "УΥҮ", "Z": "Ζ",
}  # fmt: skip
# No column is longer, so folding a longer text is useless, and would take seconds for a maximal request body.
MAX_LENGTH = 256
# Fast path for most names: unified ideographs, except 丶, are their own key.
OWN_KEY = re.compile("[\u4e00-\u4e35\u4e37-\u9fff]+")
PRIVATE_USE = range(0xE000, 0xF849)
# The rows of Big5 whose 157 cells map to private-use code points, in the order of these code points.
BIG5_ROWS = (*range(0xFA, 0xFF), *range(0x8E, 0xA1), *range(0x81, 0x8E))
BIG5_CELLS = (*range(0x40, 0x7F), *range(0xA1, 0xFF))


def name_key(name: str) -> str:
    """Return the search key of a name: no invisible characters, case, dots, apostrophes, hyphens or white space."""
    return name if OWN_KEY.fullmatch(name) else _fold_until_stable(_name_once, name)


def number_form(text: str) -> str:
    """Return the stored form of a number: upper-case Latin letters, no invisible characters, quotes or white space.

    All hyphens become `-`, and brackets `(` and `)`, which some types of documents have in their numbers.
    """
    if len(text) <= MAX_LENGTH and text.isascii() and text.isalnum():
        return text.upper()
    return _fold_until_stable(_number_once, text)


def visible(text: str) -> str:
    """Return the text in NFKC, without invisible characters and surrounding white space."""
    return _fold_until_stable(_visible_once, text)


def _fold_until_stable(once: Callable[[str], str], text: str) -> str:
    """Repeat a fold until it changes nothing: removing a character can make its neighbours combine.

    Returns texts over MAX_LENGTH unchanged.
    """
    while len(text) <= MAX_LENGTH and (folded := once(text)) != text:
        text = folded
    return text


def _name_once(name: str) -> str:
    # Before NFKC too, which decomposes ´ and ˙ into a space and a combining accent.
    unified = unicodedata.normalize("NFKC", name.translate(OF_NAMES)).translate(OF_NAMES).casefold()
    return "".join(unified.split())


def _number_once(text: str) -> str:
    unified = unicodedata.normalize("NFKC", text.translate(OF_NUMBERS)).upper().translate(OF_NUMBERS)
    return "".join(unified.split())


def _visible_once(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(INVISIBLE)).strip()


def _equivalent() -> Iterator[tuple[str, str]]:
    """Yield the equivalent characters of HKSCS, and of the table, which has precedence."""
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
