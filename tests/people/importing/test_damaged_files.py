"""Files damaged by a spreadsheet or a wrong encoding: repaired if no digit is lost, else rejected with advice."""

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


async def import_file(folder: Path, *lines: str, name: str = "people") -> list[list[str]]:
    """Import a file of these lines; return the rejected rows."""
    (folder / f"{name}.csv").write_text("\n".join([*lines, ""]), "utf-8")
    await run(folder, TODAY)
    if not (folder / f"{name}.rejected.csv").exists():
        return []
    with (folder / f"{name}.rejected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def truncated_numbers(count: int) -> list[str]:
    """Return numbers that a spreadsheet truncated to fifteen digits; one in eleven passes the check by chance."""
    return [f"120101{1960 + place % 40}{place % 12 + 1:02}{place % 28 + 1:02}{place % 10}000" for place in range(count)]


# Numbers truncated to fifteen digits.


async def test_truncated_numbers_are_rejected(tmp_path: Path) -> None:
    """Truncated numbers are rejected even if their check digit is valid; intact numbers of the file are stored."""
    numbers = truncated_numbers(200)
    right = [each for each in numbers if check_character(each[:17]) == "0"]
    assert right
    rows = [f"{each},某{place}" for place, each in enumerate(dict.fromkeys(numbers))]
    rejected = await import_file(tmp_path, "证件号码,姓名", *rows, f"{NUMBER},林海平", f"{OTHER},刘德厚")
    assert {row[2] for row in rejected} == {CUT}
    assert len(rejected) == len(rows)
    assert {person.id_number for person in await Person.all()} == {NUMBER, OTHER}


async def test_truncated_numbers_of_participations_are_rejected(tmp_path: Path) -> None:
    """Otherwise a participation would be stored for another person."""
    right = next(each for each in truncated_numbers(200) if check_character(each[:17]) == "0")
    wrong = [each for each in truncated_numbers(200) if check_character(each[:17]) != "0"][:2]
    await import_file(tmp_path, "证件号码,姓名", f"{right},某")
    assert await Person.all().count() == 1
    (tmp_path / "people.csv").unlink()
    header = "证件号码,险种,参保状态,参保区县"
    rejected = await import_file(
        tmp_path, header, *(f"{each},110,1,120101" for each in [right, *wrong]), name="participations"
    )
    assert [row[2] for row in rejected] == [CUT] * 3
    assert await Participation.all().count() == 0


async def test_intact_number_ending_in_zeros_is_stored(tmp_path: Path) -> None:
    """A valid number ending in 000 is stored if at most one other number of the file looks truncated."""
    right = next(each for each in truncated_numbers(200) if check_character(each[:17]) == "0")
    wrong = next(each for each in truncated_numbers(200) if check_character(each[:17]) != "0")
    rejected = await import_file(tmp_path, "证件号码,姓名", f"{right},甲", f"{wrong},乙")
    assert [row[2:4] for row in rejected] == [[CUT, wrong]]
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
def test_complete_numbers_are_repaired(cell: str, read: str) -> None:
    """Text markers of spreadsheets and formats that keep every digit are accepted."""
    if cell == "1.38e10":
        with pytest.raises(Unfit, match=CURE):
            number(cell)
    else:
        assert number(cell) == read


@pytest.mark.parametrize("cell", ["1.20101E+17", "1.2E+17", "1.20101199003070E+17", "1.38E+10"])
async def test_numbers_with_lost_digits_are_rejected(tmp_path: Path, cell: str) -> None:
    """Document and telephone numbers in scientific notation are rejected with advice."""
    rejected = await import_file(tmp_path, "证件号码,姓名,手机号码", f"{cell},甲,", f"{NUMBER},乙,{cell}")
    assert [row[1] for row in rejected] == ["idNumber", "mobileNumber"]
    assert all(CURE in row[2] for row in rejected)
    assert await Person.all().count() == 0


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(1, 999))
def test_repair_returns_original_number_or_rejects(born: date, place: int) -> None:
    """Any spreadsheet rendering of a number is rejected, marked as doubtful, or read as that number."""
    whole = number_of("120101", born, place, "1")
    if whole.isdigit():
        for shown in (f"{float(whole):.14E}", f"{float(whole)}", f"{int(whole):.5E}"):
            with pytest.raises(Unfit):
                number(shown)
        assert number(f"{whole}.0") == whole
        assert doubt(f"{float(whole):.1f}") == ROUNDED


async def test_numbers_rounded_to_doubles_are_rejected(tmp_path: Path) -> None:
    """Numbers that are multiples of the double spacing are rejected even if their check digit is valid."""
    begun = [int(f"120101{1960 + place % 40}{place % 12 + 1:02}{place % 28 + 1:02}0000") for place in range(400)]
    through = {f"{float(each + 8 * place):.0f}" for place, each in enumerate(begun)}
    right = [each for each in through if check_character(each[:17]) == each[17]]
    assert right
    rejected = await import_file(tmp_path, "证件号码,姓名", *(f"{each}.0,某" for each in through), f"{NUMBER}.0,林海平")
    assert {row[2] for row in rejected} == {ROUNDED}
    assert len(rejected) == len(through)
    assert [person.id_number for person in await Person.all()] == [NUMBER]
    assert await import_file(tmp_path, "证件号码,姓名", f"{right[0]}.0,某") == []


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
async def test_codes_without_leading_zero(
    tmp_path: Path, column: str, cell: str, stored: dict[str, object] | None
) -> None:
    """A code without its leading zero is accepted if it identifies one entry of a two-digit table."""
    rejected = await import_file(
        tmp_path, f"证件号码,姓名,{column}", f'{NUMBER},某,"{cell.replace(chr(34), chr(34) * 2)}"'
    )
    if stored is None:
        assert len(rejected) == 1
    else:
        person = await Person.get()
        assert {name: getattr(person, name) for name in stored} == stored


# Encodings


@pytest.mark.parametrize("cut_off", [1, 2])
async def test_truncated_utf8_is_not_read_as_gb18030(
    tmp_path: Path, cut_off: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A UTF-8 file truncated within its last character, which decodes as GB18030 too, is not misread as 寮犱笁."""
    whole = "idNumber,name\n120101199003070304,张三\n120101199003070312,李四\n张".encode()
    (tmp_path / "people.csv").write_bytes(whole[:-cut_off])
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ
    assert "it is UTF-8, but damaged: line 4, byte 1;" in capsys.readouterr().out


@pytest.mark.parametrize("damage", [b"\xff", b"\xe5\xbc", "张三".encode("gb18030"), b"\x80\x80"])
async def test_invalid_bytes_are_located(tmp_path: Path, damage: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names line and byte of invalid UTF-8, also for a row pasted in another encoding."""
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
async def test_other_encodings_are_rejected(
    tmp_path: Path, encoding: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text in other encodings is rejected even if its bytes decode as GB18030."""
    (tmp_path / "people.csv").write_bytes(f"idNumber,name\n{NUMBER},{text * 5}\n".encode(encoding))
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ
    output = capsys.readouterr().out
    assert "people.csv: cannot be read: it is n" in output
    # The file exists, so the message for a missing file must not appear.
    assert "Nothing to read" not in output


@pytest.mark.parametrize("name", ["張志豪", "陳大文", "𠮷𠀋", "䶮某", "古丽娜尔·买买提", "欧阳娜娜", "嬛"])
async def test_gb18030_is_detected(tmp_path: Path, name: str) -> None:
    """Traditional and rare characters, and a single character, are detected as GB18030."""
    (tmp_path / "people.csv").write_bytes(f"idNumber,name\n{NUMBER},{name}\n".encode("gb18030"))
    assert await run(tmp_path, TODAY) == runner.ALL_STORED
    assert (await Person.get()).name == name


DAMAGED_NAMES = (
    *("张\ufffd", "??", "李?", "王？明", "张□", "〓三", "\u200b", "·"),
    *("锟斤拷", "锟斤拷锟", "烫烫烫", "屯屯", "ï¿½三", "#N/A", "#####", "&#24352;", "\\u5f20", "%E5%BC"),
    *("寮犱笁", "å¼\xa0ä¸‰", "å¼ ä¸‰", "ÕÅÈý"),
)


@pytest.mark.parametrize("name", DAMAGED_NAMES)
async def test_damaged_names_are_rejected(tmp_path: Path, name: str) -> None:
    """Replacement characters and mojibake of converters, compilers and spreadsheets are rejected."""
    rejected = await import_file(
        tmp_path, "证件号码,姓名,常住地详细地址", f"{NUMBER},{name},", f"{OTHER},刘德厚,\ufffd路"
    )
    assert [row[1] for row in rejected] == ["name", "residentialAddress"]


@pytest.mark.parametrize(
    "name", ["Müller", "Ñandú", "O’Brien", "Đặng", "Øystein", "滕子京", "缪昌文", "Ýr", "'t Hooft", "C#"]
)
def test_rare_names_are_accepted(name: str) -> None:
    """Letters of other languages and level-2 Chinese characters are accepted."""
    assert intact_name(name) == name
