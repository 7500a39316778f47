"""Folding: found and stored alike however it is typed, for every code point there is, and the same when done twice."""

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

EVERY_SIGN = [chr(code) for code in range(0x110000)]
# Where the signs that a fold takes apart and puts together again are likely.
TEXTS = st.text() | st.text(st.sampled_from("i\u0307İı\u200b\u034f´˙O'\u0301·.張⻢\ue863Ｘ\u3164 \u2800()-"))


def test_every_sign_is_folded_once_and_for_all() -> None:
    """All of Unicode, surrogates and private use included: a second fold changes nothing."""
    for fold in (names.fold, number_form, visible):
        assert [hex(ord(sign)) for sign in EVERY_SIGN if fold(folded := fold(sign)) != folded] == []


@given(TEXTS)
def test_every_text_is_folded_once_and_for_all(text: str) -> None:
    """Signs that come together when others are taken away too."""
    for fold in (names.fold, number_form, visible):
        assert fold(fold(text)) == fold(text)
    for id_type in KNOWN_TYPES:
        canonical = identity_number.canonical(id_type, text)
        assert identity_number.canonical(id_type, canonical) == canonical
        assert canonical in identity_number.spellings(text)


@pytest.mark.parametrize("sign", ["ﷺ", "a", "1", "·", "\u0301"])
def test_a_text_that_no_column_holds_is_left_as_it_is(sign: str) -> None:
    """Folding it would find no person, and could take seconds for a maximal body."""
    text = sign * (MAX_LENGTH + 1)
    for fold in (names.fold, number_form, visible, partial(identity_number.canonical, "06")):
        assert fold(text) == text
    assert identity_number.spellings(text) == (text,)
    assert identity_number.canonical("01", sign * 10_000) == sign * 10_000


def test_every_column_is_shorter_than_what_is_folded() -> None:
    """So every stored text can be found."""
    lengths = {name: getattr(field, "max_length", 0) for name, field in Person._meta.fields_map.items()}
    assert max(lengths.values()) < MAX_LENGTH
    assert lengths["name"] == NAME_LENGTH


def test_no_key_is_longer_than_its_predecessor() -> None:
    """Keys of the people who are there fit their column after the migration, too."""
    for sign in EVERY_SIGN:
        earlier = "".join(unicodedata.normalize("NFKC", sign).casefold().split())
        assert len(names.fold(sign)) <= max(len(earlier), 1)


def test_a_character_stays_a_character() -> None:
    """No unified ideograph and no letter of the world's names vanishes; only 丶, which is typed for the dot, does."""
    gone = [sign for sign in EVERY_SIGN if unicodedata.category(sign)[0] == "L" and not names.fold(sign)]
    assert set(gone) & {chr(code) for code in (*range(0x3400, 0xA000), *range(0x20000, 0x32000))} == {"丶"}
    assert {visible(sign.lower()) for sign in gone} <= set("丶ᆞꞏᐧʹʻʼʽˈˊˋꞌ") | {""}
    assert [sign for sign in EVERY_SIGN if unicodedata.category(sign) == "Nd" and not number_form(sign)] == []


@given(st.text(max_size=5), st.sampled_from(sorted(IGNORABLE)), st.text(max_size=5))
def test_an_invisible_sign_makes_no_difference(before: str, sign: str, after: str) -> None:
    """Anywhere, in names, numbers and accounts."""
    for fold in (names.fold, number_form, visible):
        assert fold(before + sign + after) == fold(before + after)


def test_the_short_way_is_the_long_way() -> None:
    """Characters that are taken for their own keys without a look into the tables are."""
    assert [
        sign for sign in EVERY_SIGN if OWN_KEY.fullmatch(sign) and _fold_until_stable(_name_once, sign) != sign
    ] == []


# The kinds of the reports, each beside what it looks like.


@pytest.mark.parametrize(
    "sign", "\u200b\u00ad\u180e\u202a\u202e\u2066\u2069\ufeff\u2060\u034f\u3164\U000e0100\ufe0f\u2800"
)
def test_invisible_signs_and_variation_selectors(sign: str) -> None:
    """葛 with a variation selector, a mark of direction before a number."""
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
def test_signs_that_look_alike(typed: str, meant: str) -> None:
    """Radicals out of PDF files, private use, Turkish letters, apostrophes, hyphens."""
    assert names.fold(typed) == names.fold(meant) != ""


@pytest.mark.parametrize("dot", ".．\u2024\u2e31●·•‧・˙ㆍꞏ。∙⋅･丶﹒⚫")
def test_the_dot_of_a_name(dot: str) -> None:
    """As each keyboard and each older system has it."""
    assert names.fold(f"阿霁甲{dot}买买提") == names.fold("阿霁甲·买买提") == names.fold("阿霁甲 买买提")


@pytest.mark.parametrize("sign", ["x", "Ｘ", "ｘ", "×", "Х", "х", "Χ", "χ", "✕", "Ⅹ", "ⅹ"])
def test_what_stands_for_x(sign: str) -> None:
    """The multiplication sign, Cyrillic, Greek, the Roman ten."""
    assert identity_number.canonical("01", f"12022519680512002{sign}") == "12022519680512002X"


@pytest.mark.parametrize("hyphen", "-‐‑‒–—－−﹣")
def test_hyphens_in_numbers(hyphen: str) -> None:
    """Between the parts of a number they are nothing; in the number of an unknown document they are one sign."""
    assert identity_number.canonical("01", f"120101{hyphen}19900307{hyphen}0013") == "120101199003070013"
    assert identity_number.canonical("99", f"AB{hyphen}12") == "AB-12"
    assert mobile_number.parse_mobile_number(f"138{hyphen}0000{hyphen}1234") == "13800001234"


def test_letters_of_passports_that_are_not_latin() -> None:
    """Each Cyrillic or Greek letter is read as the one it looks like."""
    for letter, signs in LOOKS_LATIN.items():
        assert {number_form(sign) for sign in signs} == {letter}


def test_the_table_says_where_each_sign_comes_from() -> None:
    """One source each; no private use is left; radicals are what NFKC does not know."""
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


# What is stored already.


EARLIER_FORMS = {
    "01": r"[1-8][0-9]{16}[0-9X]", "16": r"8[123]0000[0-9]{11}[0-9X]", "07": r"9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12}",
    "04": r"[HM](?:[0-9]{8}|[0-9]{10})", "05": r"[HM](?:[0-9]{8}|[0-9]{10})", "06": r"[0-9]{8}(?:[0-9]{2})?",
    "08": r"[A-Z0-9]{5,17}", "17": r"[A-Z0-9]{5,17}",
    **dict.fromkeys(("02", "03", "09", "10", "11", "12", "13", "14", "15", "90", "99"), r"[A-Z0-9()\-]{1,30}"),
}  # fmt: skip


@given(st.data())
def test_what_an_earlier_hall_stored_is_found(data: st.DataObject) -> None:
    """Each number of the earlier forms is its own canonical form: no row is lost, sealed or not."""
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


async def test_people_who_are_there_are_found(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database of an earlier release, in batches; run again it changes nothing; two accounts never become one."""
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
            # The index of names follows by triggers.
            await database.execute_query(
                "INSERT INTO person_folded_name (person_folded_name, rank) VALUES ('integrity-check', 1)"
            )


def test_a_document_of_the_officers_is_spelt_in_two_ways() -> None:
    """A list narrowed to either finds both."""
    for typed in ("军字第1234567号", "军1234567", " 军字第 1234567 号"):
        assert {"军字第1234567号", "军1234567"} <= set(identity_number.spellings(typed))
    assert len(names.fold("军")) <= NAME_LENGTH
