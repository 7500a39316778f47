"""Folding of names, numbers and accounts to search keys: complete over Unicode, and idempotent."""

import csv
import re
import unicodedata
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.migrations.executor import MigrationTarget

from api.db.database import _executor, connected, migrate
from api.people import identity_number, mobile_number, names
from api.people.identity_number import KNOWN_TYPES
from api.people.models import NAME_LENGTH, Person
from api.settings import Settings
from api.text.folding import (
    EQUIVALENT,
    EQUIVALENT_SIGNS,
    IGNORABLE,
    LOOKS_LATIN,
    MAX_LENGTH,
    OWN_KEY,
    _fold_until_stable,
    _name_once,
    number_form,
    visible,
)
from tests.databases import Databases
from tests.durability.scale import IS_FULL

# By default without code points that have no character, and without the private planes, which fold to themselves.
ALL_CHARACTERS = [
    chr(code) for code in range(0x110000) if IS_FULL or (code < 0xF0000 and unicodedata.category(chr(code)) != "Cn")
]
# Characters whose decomposition and composition could make folding non-idempotent.
TEXTS = st.text() | st.text(st.sampled_from("i\u0307İı\u200b\u034f´˙O'\u0301·.張⻢\ue863Ｘ\u3164 \u2800()-"))


def test_folding_of_characters_is_idempotent() -> None:
    """For each code point, surrogates and private use included, a second fold changes nothing."""
    for fold in (names.fold, number_form, visible):
        assert [hex(ord(sign)) for sign in ALL_CHARACTERS if fold(folded := fold(sign)) != folded] == []


@given(TEXTS)
def test_folding_of_texts_is_idempotent(text: str) -> None:
    """A second fold changes nothing, also for characters that combine after others are removed."""
    for fold in (names.fold, number_form, visible):
        assert fold(fold(text)) == fold(text)
    for id_type in KNOWN_TYPES:
        canonical = identity_number.canonical(id_type, text)
        assert identity_number.canonical(id_type, canonical) == canonical
        assert canonical in identity_number.spellings(text)


@pytest.mark.parametrize("sign", ["ﷺ", "a", "1", "·", "\u0301"])
def test_overlong_text_is_not_folded(sign: str) -> None:
    """Folding it would find no person, and could take seconds for a maximal body."""
    text = sign * (MAX_LENGTH + 1)
    for fold in (names.fold, number_form, visible, partial(identity_number.canonical, "06")):
        assert fold(text) == text
    assert identity_number.spellings(text) == (text,)
    assert identity_number.canonical("01", sign * 10_000) == sign * 10_000


def test_columns_are_shorter_than_folding_limit() -> None:
    """Every stored text is short enough to be folded."""
    lengths = {name: getattr(field, "max_length", 0) for name, field in Person._meta.fields_map.items()}
    assert max(lengths.values()) < MAX_LENGTH
    assert lengths["name"] == NAME_LENGTH


def test_keys_are_not_longer_than_earlier_keys() -> None:
    """Search keys are not longer than those of earlier releases, so that they fit after the migration."""
    for sign in ALL_CHARACTERS:
        earlier = "".join(unicodedata.normalize("NFKC", sign).casefold().split())
        assert len(names.fold(sign)) <= max(len(earlier), 1)


def test_letters_are_not_removed() -> None:
    """No ideograph and no letter of names is removed, except 丶, which is typed for the dot."""
    gone = [sign for sign in ALL_CHARACTERS if unicodedata.category(sign)[0] == "L" and not names.fold(sign)]
    assert set(gone) & {chr(code) for code in (*range(0x3400, 0xA000), *range(0x20000, 0x32000))} == {"丶"}
    assert {visible(sign.lower()) for sign in gone} <= set("丶ᆞꞏᐧʹʻʼʽˈˊˋꞌ") | {""}
    assert [sign for sign in ALL_CHARACTERS if unicodedata.category(sign) == "Nd" and not number_form(sign)] == []


@given(st.text(max_size=5), st.sampled_from(sorted(IGNORABLE)), st.text(max_size=5))
def test_invisible_characters_are_ignored(before: str, sign: str, after: str) -> None:
    """Invisible characters are ignored anywhere in names, numbers and accounts."""
    for fold in (names.fold, number_form, visible):
        assert fold(before + sign + after) == fold(before + after)


def test_fast_path_equals_full_folding() -> None:
    """Characters that the fast path returns unchanged are unchanged by the full folding."""
    assert [
        sign for sign in ALL_CHARACTERS if OWN_KEY.fullmatch(sign) and _fold_until_stable(_name_once, sign) != sign
    ] == []


# Cases from reports


@pytest.mark.parametrize(
    "sign", "\u200b\u00ad\u180e\u202a\u202e\u2066\u2069\ufeff\u2060\u034f\u3164\U000e0100\ufe0f\u2800"
)
def test_invisible_characters_and_variation_selectors(sign: str) -> None:
    """Variation selectors after 葛 and direction marks before a number are ignored."""
    assert names.fold(f"{sign}吴霁葛{sign}城") == names.fold("吴霁葛城")
    assert identity_number.canonical("01", f"{sign}12010119900307003x{sign}") == "12010119900307003X"
    assert mobile_number.parse_mobile_number(f"{sign}138{sign}00001235{sign}") == "13800001235"
    assert visible(f"{sign}eligible{sign} ") == "eligible"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("⻢", "马"), ("⺠", "民"), ("⼴", "广"), ("⽣", "生"), ("⻓", "长"), ("⻰", "龙"), ("⻩", "黄"), ("㇐", "一"),
        ("\ue863", "䶮"), ("\ue81e", "龴"), ("\ue816", "\U00020087"), ("\ue855", "\U000241fe"), ("\uf907", "龜"),
        ("Ｍüller", "müller"), ("İbrahim", "ibrahim"), ("I\u0307brahim", "ibrahim"), ("Yıldız", "yildiz"),
        ("YILDIZ", "yıldız"), ("O’Brien", "O'Brien"), ("O´Brien", "O'Brien"), ("Oʻzbek", "O`zbek"),
        ("Jean\u2011Luc", "Jean-Luc"),        ("Jean Luc", "Jean–Luc"),
    ],
)  # fmt: skip
def test_look_alike_characters(typed: str, meant: str) -> None:
    """Radicals from PDF files, private-use characters, Turkish letters, apostrophes and hyphens are unified."""
    assert names.fold(typed) == names.fold(meant) != ""


@pytest.mark.parametrize("dot", ".．\u2024\u2e31●·•‧・˙ㆍꞏ。∙⋅･丶﹒⚫")
def test_name_dots(dot: str) -> None:
    """The dots of all keyboards and older systems are unified."""
    assert names.fold(f"阿霁甲{dot}买买提") == names.fold("阿霁甲·买买提") == names.fold("阿霁甲 买买提")


@pytest.mark.parametrize("sign", ["x", "Ｘ", "ｘ", "×", "Х", "х", "Χ", "χ", "✕", "Ⅹ", "ⅹ"])
def test_substitutes_for_x(sign: str) -> None:
    """The multiplication sign and Cyrillic, Greek and Roman characters are read as X."""
    assert identity_number.canonical("01", f"12022519680512002{sign}") == "12022519680512002X"


@pytest.mark.parametrize("hyphen", "-‐‑‒–—－−﹣")
def test_hyphens_in_numbers(hyphen: str) -> None:
    """Hyphens are removed from numbers; in numbers of unknown documents they are unified."""
    assert identity_number.canonical("01", f"120101{hyphen}19900307{hyphen}0013") == "120101199003070013"
    assert identity_number.canonical("99", f"AB{hyphen}12") == "AB-12"
    assert mobile_number.parse_mobile_number(f"138{hyphen}0000{hyphen}1234") == "13800001234"


def test_cyrillic_and_greek_letters() -> None:
    """Each Cyrillic or Greek letter is read as the Latin letter that it resembles."""
    for letter, signs in LOOKS_LATIN.items():
        assert {number_form(sign) for sign in signs} == {letter}


def test_table_has_sources() -> None:
    """Each entry has one source, no private-use character remains, and radicals are those that NFKC lacks."""
    with EQUIVALENT_SIGNS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["source"] for row in rows} == {
        "EquivalentUnifiedIdeograph", "GB18030-2022", "GB18030-2005 (glibc)",
    }  # fmt: skip
    assert len({row["sign"] for row in rows}) == len(rows)
    assert not any(0xE000 <= ord(other) <= 0xF8FF for sign in EQUIVALENT for other in names.fold(sign))
    for row in rows:
        sign, other = chr(int(row["sign"], 16)), chr(int(row["stands_for"], 16))
        assert unicodedata.normalize("NFKC", sign) == sign
        assert re.match(r"CJK|LATIN|HANGZHOU", unicodedata.name(other)) or other == "\u9fb4"


# Data stored by earlier releases


EARLIER_FORMS = {
    "01": r"[1-8][0-9]{16}[0-9X]", "16": r"8[123]0000[0-9]{11}[0-9X]", "07": r"9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12}",
    "04": r"[HM](?:[0-9]{8}|[0-9]{10})", "05": r"[HM](?:[0-9]{8}|[0-9]{10})", "06": r"[0-9]{8}(?:[0-9]{2})?",
    "08": r"[A-Z0-9]{5,17}", "17": r"[A-Z0-9]{5,17}",
    **dict.fromkeys(("02", "03", "09", "10", "11", "12", "13", "14", "15", "90", "99"), r"[A-Z0-9()\-]{1,30}"),
}  # fmt: skip


@given(st.data())
def test_earlier_numbers_are_canonical(data: st.DataObject) -> None:
    """Each number in the formats of earlier releases is its own canonical form, so that stored rows are found."""
    id_type = data.draw(st.sampled_from(sorted(EARLIER_FORMS)))
    number = data.draw(st.from_regex(re.compile(EARLIER_FORMS[id_type], re.ASCII), fullmatch=True))
    assert identity_number.canonical(id_type, number) == number
    assert number in identity_number.spellings(number)


PERSON = """
INSERT INTO person (id, public_id, id_type, id_number, number_index, name, folded_name, drawing_pension)
VALUES ({0}, 'person_{0}', '01', '{0}', '{0}', '{1}', '{2}', false)"""
ACCOUNT = """
INSERT INTO account (id, name, password_hash, role, person_id, organisation, districts, demo)
VALUES ({0}, '{1}', 'x', 'SUPERVISOR', NULL, '', '[]', false)"""


async def test_migration_of_search_keys(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The migration updates keys in batches, is repeatable, and keeps accounts distinct."""
    settings = Settings.from_environment({"HALL_DATA": str(tmp_path), "HALL_DATABASE_URL": databases.create(tmp_path)})
    stored = {1: "王\u200b霁明", 2: "阿霁甲.买买提", 3: "⻢霁云", 4: "林海平", 5: "孙霁\ue863"}
    async with connected(settings) as context:
        await _executor(context).migrate([MigrationTarget("hall", "0009_declared_and_standing")])
        database = context.connections.get("default")
        for place, name in stored.items():
            await database.execute_query(PERSON.format(place, name, name))
        for place, name in {1: "\ufeffdesk", 2: "Ｃlerk", 3: "Clerk"}.items():
            await database.execute_query(ACCOUNT.format(place, name))
        module = __import__("api.migrations.0010_folded_as_typed", fromlist=["fold"])
        monkeypatch.setattr(module, "BATCH", 2)
        assert "0010_folded_as_typed" in await migrate(context)
        found = {
            part: [person.id for person in await Person.filter(folded_name=names.fold(part))]
            for part in ("王霁明", "阿霁甲·买买提", "马霁云", "林海平", "孙霁䶮")
        }
        assert list(found.values()) == [[1], [2], [3], [4], [5]]
        assert dict(await Person.all().values_list("id", "name")) == stored
        accounts = await database.execute_query_dict("SELECT id, name FROM account ORDER BY id")
        assert [row["name"] for row in accounts] == ["desk", "Ｃlerk", "Clerk"]
        if database.capabilities.dialect == "sqlite":
            # Triggers update the index of names.
            await database.execute_query(
                "INSERT INTO person_folded_name (person_folded_name, rank) VALUES ('integrity-check', 1)"
            )


def test_officer_document_has_two_spellings() -> None:
    """Both spellings of an officer's document are searched."""
    for typed in ("军字第1234567号", "军1234567", " 军字第 1234567 号"):
        assert {"军字第1234567号", "军1234567"} <= set(identity_number.spellings(typed))
    assert len(names.fold("军")) <= NAME_LENGTH
