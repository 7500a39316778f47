"""Files that a spreadsheet or a wrong encoding has damaged: repaired where nothing is lost, else back with the cure."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.demo.lives import number_of
from api.importing import run, runner
from api.importing.damage import CURE, CUT, ROUNDED, Unfit, doubt, intact_name, number
from api.people.identity_number import check_character
from api.people.models import Participation, Person

TODAY = date(2026, 11, 23)
NUMBER, OTHER = "120101199003070013", "12022519680512002X"
pytestmark = pytest.mark.usefixtures("empty_database")


async def imported(folder: Path, *lines: str, name: str = "people") -> list[list[str]]:
    """Import a file of these lines; return the rows that came back."""
    (folder / f"{name}.csv").write_text("\n".join([*lines, ""]), "utf-8")
    await run(folder, TODAY)
    if not (folder / f"{name}.rejected.csv").exists():
        return []
    with (folder / f"{name}.rejected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def cut(count: int) -> list[str]:
    """Return numbers of which a spreadsheet kept fifteen digits; one in eleven has the right check digit by chance."""
    return [f"120101{1960 + place % 40}{place % 12 + 1:02}{place % 28 + 1:02}{place % 10}000" for place in range(count)]


# Numbers of fifteen digits.


async def test_cut_numbers_all_come_back(tmp_path: Path) -> None:
    """Also those whose check digit is right by chance; whole numbers of the same file are stored."""
    numbers = cut(200)
    right = [each for each in numbers if check_character(each[:17]) == "0"]
    assert right
    rows = [f"{each},某{place}" for place, each in enumerate(dict.fromkeys(numbers))]
    back = await imported(tmp_path, "证件号码,姓名", *rows, f"{NUMBER},林海平", f"{OTHER},刘德厚")
    assert {row[2] for row in back} == {CUT}
    assert len(back) == len(rows)
    assert {person.id_number for person in await Person.all()} == {NUMBER, OTHER}


async def test_cut_numbers_of_participations_come_back(tmp_path: Path) -> None:
    """Or the insurance of one person would be kept as that of another."""
    right = next(each for each in cut(200) if check_character(each[:17]) == "0")
    wrong = [each for each in cut(200) if check_character(each[:17]) != "0"][:2]
    await imported(tmp_path, "证件号码,姓名", f"{right},某")
    assert await Person.all().count() == 1
    (tmp_path / "people.csv").unlink()
    header = "证件号码,险种,参保状态,参保区县"
    back = await imported(
        tmp_path, header, *(f"{each},110,1,120101" for each in [right, *wrong]), name="participations"
    )
    assert [row[2] for row in back] == [CUT] * 3
    assert await Participation.all().count() == 0


async def test_a_number_that_ends_so_by_birth_is_stored(tmp_path: Path) -> None:
    """In a file where one other number is wrong; the wrong one hears of the three zeros."""
    right = next(each for each in cut(200) if check_character(each[:17]) == "0")
    wrong = next(each for each in cut(200) if check_character(each[:17]) != "0")
    back = await imported(tmp_path, "证件号码,姓名", f"{right},甲", f"{wrong},乙")
    assert [row[2:4] for row in back] == [[CUT, wrong]]
    assert [person.id_number for person in await Person.all()] == [right]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (f"'{NUMBER}", NUMBER),
        (f'="{NUMBER}"', NUMBER),
        (f"{NUMBER}.0", NUMBER),
        (f"’{NUMBER}", NUMBER),
        ("1.20101199003070013E+17", NUMBER),
        ("13800001234.0", "13800001234"),
        ("1.3800001234E+10", "13800001234"),
        ("1.38e10", "13800000000"),
        ("军字第1234567号", "军字第1234567号"),
        ("AB-12", "AB-12"),
        ("", ""),
    ],
)
def test_what_is_whole_is_repaired(cell: str, read: str) -> None:
    """The marks by which a number was kept as text, and quantities of which every digit is there."""
    if cell == "1.38e10":
        with pytest.raises(Unfit, match=CURE):
            number(cell)
    else:
        assert number(cell) == read


@pytest.mark.parametrize("cell", ["1.20101E+17", "1.2E+17", "1.20101199003070E+17", "1.38E+10"])
async def test_what_has_lost_digits_hears_the_cure(tmp_path: Path, cell: str) -> None:
    """As a document and as a telephone."""
    back = await imported(tmp_path, "证件号码,姓名,手机号码", f"{cell},甲,", f"{NUMBER},乙,{cell}")
    assert [row[1] for row in back] == ["idNumber", "mobileNumber"]
    assert all(CURE in row[2] for row in back)
    assert await Person.all().count() == 0


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(1, 999))
def test_repairing_invents_nothing(born: date, place: int) -> None:
    """What a spreadsheet shows of any number is refused, doubted, or that number."""
    whole = number_of("120101", born, place, "1")
    if whole.isdigit():
        for shown in (f"{float(whole):.14E}", f"{float(whole)}", f"{int(whole):.5E}"):
            with pytest.raises(Unfit):
                number(shown)
        assert number(f"{whole}.0") == whole
        assert doubt(f"{float(whole):.1f}") == ROUNDED


async def test_numbers_that_went_through_doubles_all_come_back(tmp_path: Path) -> None:
    """Also those whose check digit is right by chance; a number between two doubles cannot have been through one."""
    begun = [int(f"120101{1960 + place % 40}{place % 12 + 1:02}{place % 28 + 1:02}0000") for place in range(400)]
    through = {f"{float(each + 8 * place):.0f}" for place, each in enumerate(begun)}
    right = [each for each in through if check_character(each[:17]) == each[17]]
    assert right
    back = await imported(tmp_path, "证件号码,姓名", *(f"{each}.0,某" for each in through), f"{NUMBER}.0,林海平")
    assert {row[2] for row in back} == {ROUNDED}
    assert len(back) == len(through)
    assert [person.id_number for person in await Person.all()] == [NUMBER]
    assert await imported(tmp_path, "证件号码,姓名", f"{right[0]}.0,某") == []


@pytest.mark.parametrize(
    ("column", "cell", "stored"),
    [
        ("证件类型", "1", {"id_type": "01"}),
        ("民族", "1", {"ethnic_group": "01"}),
        ("民族", "1.0", {"ethnic_group": "01"}),
        ("民族", '="01"', {"ethnic_group": "01"}),
        ("民族", "０１", {"ethnic_group": "01"}),
        ("民族", "\u200b汉 族", {"ethnic_group": "01"}),
        ("民族", "01-汉族", {"ethnic_group": "01"}),
        ("民族", "1 汉族", {"ethnic_group": "01"}),
        ("民族", "汉族（01）", {"ethnic_group": "01"}),
        ("民族", "02-汉族", None),
        ("国家/地区代码", "chn", {"country_or_region": "CHN"}),
        ("性别", "1.0", {"sex": "1"}),
        ("邮政编码", "300000.0", {"postal_code": "300000"}),
        ("领取养老待遇", "TRUE", {"drawing_pension": True}),
        ("户口性质", "1", None),
        ("邮政编码", "30000", None),
        ("民族", "00", None),
    ],
)
async def test_codes_without_their_zero(
    tmp_path: Path, column: str, cell: str, stored: dict[str, object] | None
) -> None:
    """Read where the table has two digits and it means one entry."""
    back = await imported(tmp_path, f"证件号码,姓名,{column}", f'{NUMBER},某,"{cell.replace(chr(34), chr(34) * 2)}"')
    if stored is None:
        assert len(back) == 1
    else:
        person = await Person.get()
        assert {name: getattr(person, name) for name in stored} == stored


# Encodings.


@pytest.mark.parametrize("cut_off", [1, 2])
async def test_one_cut_sign_makes_no_other_encoding(
    tmp_path: Path, cut_off: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A UTF-8 file truncated within its last character, which decodes as GB18030 too, is not misread as 寮犱笁."""
    whole = "idNumber,name\n120101199003070304,张三\n120101199003070312,李四\n张".encode()
    (tmp_path / "people.csv").write_bytes(whole[:-cut_off])
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ
    assert "it is UTF-8, but damaged: line 4, byte 1;" in capsys.readouterr().out


@pytest.mark.parametrize("damage", [b"\xff", b"\xe5\xbc", "张三".encode("gb18030"), b"\x80\x80"])
async def test_damage_in_the_middle_is_placed(
    tmp_path: Path, damage: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Behind a long beginning, by line and byte; a row that was pasted in another encoding too."""
    begin = "证件号码,姓名\n" + "120101199003070013,某某某\n" * 60_000
    (tmp_path / "people.csv").write_bytes(begin.encode() + b"12022519680512002X," + damage + "\n乙,丙\n".encode())
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ
    assert "it is UTF-8, but damaged: line 60002, byte 20;" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "陳大文王小明李美玲張志豪"),
        ("shift-jis", "山田太郎カタカナひらがな"),
        ("latin-1", "Müller Ångström Éloïse"),
    ],
)
async def test_other_encodings_are_refused(
    tmp_path: Path, encoding: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their bytes may decode as GB18030; what they decode to is no Chinese."""
    (tmp_path / "people.csv").write_bytes(f"idNumber,name\n{NUMBER},{text * 5}\n".encode(encoding))
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ
    said = capsys.readouterr().out
    assert "people.csv: cannot be read: it is n" in said
    # The file is there: nobody is told to bring one.
    assert "Nothing to read" not in said


@pytest.mark.parametrize("name", ["張志豪", "陳大文", "𠮷𠀋", "䶮某", "古丽娜尔·买买提", "欧阳娜娜", "嬛"])
async def test_chinese_of_every_kind_is_read_as_gb18030(tmp_path: Path, name: str) -> None:
    """Traditional characters, rare ones, one alone."""
    (tmp_path / "people.csv").write_bytes(f"idNumber,name\n{NUMBER},{name}\n".encode("gb18030"))
    assert await run(tmp_path, TODAY) == runner.ALL_STORED
    assert (await Person.get()).name == name


DAMAGED_NAMES = (
    *("张\ufffd", "??", "李?", "王？明", "张□", "〓三", "\u200b", "·"),
    *("锟斤拷", "锟斤拷锟", "烫烫烫", "屯屯", "ï¿½三", "#N/A", "#####", "&#24352;", "\\u5f20", "%E5%BC"),
    *("寮犱笁", "å¼\xa0ä¸‰", "å¼ ä¸‰", "ÕÅÈý"),
)


@pytest.mark.parametrize("name", DAMAGED_NAMES)
async def test_a_name_that_is_no_longer_there_comes_back(tmp_path: Path, name: str) -> None:
    """What converters, compilers and spreadsheets leave in place of signs."""
    back = await imported(tmp_path, "证件号码,姓名,常住地详细地址", f"{NUMBER},{name},", f"{OTHER},刘德厚,\ufffd路")
    assert [row[1] for row in back] == ["name", "residentialAddress"]


@pytest.mark.parametrize(
    "name", ["Müller", "Ñandú", "O’Brien", "Đặng", "Øystein", "滕子京", "缪昌文", "Ýr", "'t Hooft", "C#"]
)
def test_a_rare_name_is_no_damage(name: str) -> None:
    """Letters of other languages, characters of the second level."""
    assert intact_name(name) == name
