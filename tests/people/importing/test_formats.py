"""File formats: headers, delimiters, encodings and workbooks."""

import codecs
import csv
from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from api.importing import run, runner, workbook
from api.importing.columns import OTHER_TITLES
from api.importing.headers import parse_header, title_key
from api.importing.records import KINDS
from api.people.models import Person

TODAY = date(2026, 11, 23)
NUMBER, OTHER = "120101199003070013", "12022519680512002X"
pytestmark = pytest.mark.usefixtures("empty_database")


async def people(folder: Path) -> list[tuple[str, str]]:
    """Import the folder; return number and name of all persons."""
    await run(folder, TODAY)
    return [(person.id_number, person.name) for person in await Person.all().order_by("id")]


@pytest.mark.parametrize(
    "header",
    [
        "*证件号码,*姓名",
        "证件号码(必填),姓名（必填）",
        "证件号码,姓 名",
        "证件号码,姓\u3000名",
        "身份证号码,姓名",
        "公民身份号码,姓名",
        "社会保障号码,姓名",
        "公民身份号码（18位）,参保人姓名",
        "IDNUMBER,NAME",
        "id_number,Name",
        "证件号码\u200b,姓名",
        "\ufeff证件号码,姓名",
        '"证件\n号码","姓\r\n名"',
        "1.证件号码,2.姓名",
        "证件号码：,姓名：",
        "【证件号码】,[姓名]",
        '"证件号码",姓名,',
        "2026年11月名单,,\n证件号码,姓名,",
        "和平区\n\n制表：某某,2026年11月\n证件号码,姓名",
        "sep=,\n证件号码,姓名",
    ],
)
async def test_header_variants(tmp_path: Path, header: str) -> None:
    """Marks, remarks, spaces, line breaks, other titles, and title rows above the header are accepted."""
    (tmp_path / "people.csv").write_text(f"{header}\n{NUMBER},某\n", "utf-8", newline="")
    assert await people(tmp_path) == [(NUMBER, "某")]


async def test_label_takes_precedence_over_other_titles(tmp_path: Path) -> None:
    """The label 证件号码 takes precedence over 社会保障号码; two equal candidates are rejected."""
    (tmp_path / "people.csv").write_text(f"社会保障号码,证件号码,姓名\nX,{NUMBER},某\n", "utf-8")
    assert await people(tmp_path) == [(NUMBER, "某")]
    (tmp_path / "people.csv").write_text(f"公民身份号码,身份证号码,姓名\n{OTHER},{OTHER},某\n", "utf-8")
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ


def test_titles_are_unambiguous() -> None:
    """In each file each title names one column, and every alternative title belongs to an existing column."""
    with OTHER_TITLES.open(encoding="utf-8", newline="") as file:
        named = {row["column"] for row in csv.DictReader(file)}
    assert named <= {column.name for kind in KINDS for column in kind.columns}
    for kind in KINDS:
        keys = [(title_key(label), column.name) for column in kind.columns for label in (column.name, *column.labels)]
        assert all(key for key, _ in keys)
        assert len({key for key, _ in keys}) == len(set(keys))
        for column in kind.columns:
            for label in column.labels:
                assert parse_header([label], kind.columns).columns == (column.name,)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
async def test_delimiters_and_encodings(tmp_path: Path, delimiter: str, encoding: str) -> None:
    """All delimiters and encodings are read, and the file of rejected rows uses the same ones."""
    lines = [delimiter.join(row) for row in [("证件号码", "姓名"), (NUMBER, "𠮷某"), ("12", "甲")]]
    (tmp_path / "people.csv").write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    assert await people(tmp_path) == [(NUMBER, "𠮷某")]
    back = (tmp_path / "people.rejected.csv").read_bytes().decode(encoding).split("\r\n")
    assert back[0] == delimiter.join(["row", "column", "reason", "证件号码", "姓名"])
    assert back[1].startswith(delimiter.join(["3", "idNumber", ""]))
    assert back[1].endswith(delimiter.join(["", "12", "甲"]))


async def test_utf_16_big_endian_and_sep_line(tmp_path: Path) -> None:
    """The byte order mark selects UTF-16BE, and a `sep=` line selects the delimiter."""
    text = f"sep=;\r\n证件号码;姓名;备注,其他\r\n{NUMBER};某;x\r\n"
    (tmp_path / "people.csv").write_bytes(codecs.BOM_UTF16_BE + text.encode("utf-16-be"))
    assert await people(tmp_path) == [(NUMBER, "某")]


@pytest.mark.parametrize("name", ["people.csv", "people.txt", "people.tsv", "People.CSV", "people.xlsx"])
async def test_format_is_detected_by_content(tmp_path: Path, name: str) -> None:
    """The file is found by its name without regard to the extension; its format is detected by content."""
    (tmp_path / name).write_text(f"证件号码\t姓名\n{NUMBER}\t某\n", "utf-8")
    assert await people(tmp_path) == [(NUMBER, "某")]
    (tmp_path / name).unlink()
    book = Workbook()
    book.active.append(["证件号码", "姓名"])
    book.active.append([OTHER, "乙"])
    book.save(tmp_path / name)
    assert await people(tmp_path) == [(NUMBER, "某"), (OTHER, "乙")]


async def test_two_files_of_one_kind_are_rejected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two files of one kind are rejected, because neither is known to be newer."""
    for name in ("people.csv", "people.txt"):
        (tmp_path / name).write_text(f"证件号码,姓名\n{NUMBER},某\n", "utf-8")
    assert await people(tmp_path) == []
    assert "more than one such file (people.csv, people.txt); keep one" in capsys.readouterr().out


async def test_workbook_is_read(tmp_path: Path) -> None:
    """A workbook with a sheet without header, texts, numbers, dates and booleans is read; rejected rows are CSV."""
    book = Workbook()
    book.active.append(["说明"])
    sheet = book.create_sheet("名单")
    sheet.append(["2026年11月名单"])
    sheet.append([])
    sheet.append(["*证件号码", "姓 名", "手机号码", "参加工作日期", "民族", "领取养老待遇", "单位代码", "单位名称"])
    sheet.append(
        [
            NUMBER,
            "古丽·买买提",
            13800001234,
            datetime.combine(date(2012, 7, 1), time()),
            5,
            True,
            1234567890,
            "海河,之畔",
        ]
    )
    sheet.append([OTHER, "任闰生", "13800001235", date(2012, 7, 1), "01", False])
    sheet.append([int(NUMBER), "数字", None])
    sheet.append(["110105194912310028", "校验,错误"])
    book.save(tmp_path / "people.xlsx")
    assert await run(tmp_path, TODAY) == runner.SOME_REJECTED
    first, second = await Person.all().order_by("id").select_related("employer")
    assert (first.id_number, first.name, first.mobile_number) == (NUMBER, "古丽·买买提", "13800001234")
    assert (first.work_start_date, first.ethnic_group, first.drawing_pension) == (date(2012, 7, 1), "05", True)
    assert first.employer is not None
    assert (first.employer.code, first.employer.name) == ("1234567890", "海河,之畔")
    assert (second.id_number, second.mobile_number, second.ethnic_group) == (OTHER, "13800001235", "01")
    with (tmp_path / "people.rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        back = list(csv.reader(file))
    assert back[0][:5] == ["row", "column", "reason", "*证件号码", "姓 名"]
    assert [row[:2] for row in back[1:]] == [["6", "idNumber"], ["7", "idNumber"]]
    assert "“文本”格式" in back[1][2]
    assert back[2][4] == "校验,错误"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook of Excel 97 (.xls)"),
        (b"\xef\xbb\xbf \n<html><table>", "a web page"),
        (b"<?xml version='1.0'?>", "XML"),
        (b"%PDF-1.7", "a PDF document"),
        (b"PK\x03\x04 cut off", "a damaged workbook"),
        ("证件号码,姓名\n".encode("utf-16-le"), "UTF-16 without its byte-order mark"),
        (codecs.BOM_UTF16_LE + "证件号码".encode("utf-16-le") + b"\x00", "mark of UTF-16, but is damaged"),
        ("张三,120101199003070013\n".encode(), "no column that is known; one of them must name 证件号码 (idNumber)"),
        ("姓名;手机号码\n".encode(), "as UTF-8 divided by ';', its first 10 rows have only mobileNumber, name"),
        (b"", "lacks idNumber, name"),
    ],
)  # fmt: skip
async def test_unreadable_file_is_described(
    tmp_path: Path, content: bytes, found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the found and the expected format, without personal data."""
    (tmp_path / "people.csv").write_bytes(content)
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ
    output = capsys.readouterr().out
    assert found in output
    assert "张三" not in output
    assert NUMBER not in output


async def test_zip_bomb_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A workbook that unpacks to more than MAX_UNPACKED_BYTES, and a ZIP file that is no workbook, are rejected."""
    with ZipFile(tmp_path / "people.xlsx", "w") as parts:
        parts.writestr("people.csv", "x")
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ
    assert "a packed file, but no .xlsx workbook" in capsys.readouterr().out
    Workbook().save(tmp_path / "people.xlsx")
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", 100)
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ
    assert "larger than" in capsys.readouterr().out


async def test_truncated_workbook_is_rejected_with_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged workbook is rejected with the last readable row before any row is stored."""
    book = Workbook()
    for row in (["证件号码", "姓名"], [NUMBER, "某"], *([None] for _ in range(20_000)), [OTHER, "乙"]):
        book.active.append(row)
    book.save(tmp_path / "whole.xlsx")
    with ZipFile(tmp_path / "whole.xlsx") as whole, ZipFile(tmp_path / "people.xlsx", "w") as parts:
        for name in whole.namelist():
            content = whole.read(name)
            parts.writestr(name, content[: len(content) * 3 // 4] if "sheet1" in name else content)
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ
    assert await Person.all().count() == 0
    assert "people.xlsx: cannot be read to its end: the workbook is damaged behind row" in capsys.readouterr().out
