"""Import of a bureau's files: valid rows are stored, others are rejected with a reason, a repeat changes nothing."""

import csv
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from api.db.database import connected
from api.importing import run, runner
from api.importing.persistence import STORES
from api.people.models import Employer, NonMainlandInfo, Participation, Person, Subsidy
from api.settings import Settings

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.usefixtures("database")
HEADER = "idType,idNumber,name,sex,birthDate,ethnicGroup,mobileNumber,workStartDate,employerCode,employerName"
GOOD = "01,120101199003070013,林海平,1,1990-03-07,01,13800001234,2012-07-01,E1,海河之畔"
PERIODS = "idNumber,type,status,district,employerCode,employerName,firstEnrolledOn,startedOn,endedOn"


@pytest.fixture
async def database(empty_settings: Settings) -> AsyncIterator[TortoiseContext]:
    """An open, empty database."""
    async with connected(empty_settings) as context:
        yield context


def write_file(folder: Path, name: str, *lines: str, encoding: str = "utf-8") -> Path:
    """Write a file of these lines; return its folder."""
    (folder / name).write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return folder


def rejected(folder: Path, name: str = "people") -> list[list[str]]:
    """Return the rejected rows, each after its number, column and reason."""
    with (folder / f"{name}.rejected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


async def test_lenient_parsing_of_rows(tmp_path: Path) -> None:
    """Labels in any order, names instead of codes, several date formats, and spaces in numbers are accepted."""
    lines = [
        "姓名,证件号码,备注,民族,户口性质,手机号码,参加工作日期,领取养老待遇,残疾人伤残等级",
        "古丽·买买提, 120101 19900307 0013,x,维吾尔,本地居民户口,+86 138-0000-1234,2012/7/1,否,四级",
        "任闰生,12022519680512002x,,99,11,,20120701,是,",
    ]
    assert await run(write_file(tmp_path, "people.csv", *lines), TODAY) == runner.ALL_STORED
    first, second = await Person.all().order_by("id")
    assert (first.id_type, first.id_number, first.sex) == ("01", "120101199003070013", "1")
    assert (first.birth_date, first.ethnic_group) == (date(1990, 3, 7), "05")
    assert (first.mobile_number, first.work_start_date) == ("13800001234", date(2012, 7, 1))
    assert (first.household_registration_type, first.disability_grade, first.drawing_pension) == ("51", "4", False)
    assert first.name == "古丽·买买提"
    assert (second.id_number, second.ethnic_group, second.drawing_pension) == ("12022519680512002X", "97", True)
    assert not (tmp_path / "people.rejected.csv").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with or without a byte order mark, and GB18030, are read; characters outside the BMP included."""
    lines = ["证件号码,姓名", "120101199003070013,𠮷𠀋"]
    assert await run(write_file(tmp_path, "people.csv", *lines, encoding=encoding), TODAY) == runner.ALL_STORED
    assert (await Person.get()).name == "𠮷𠀋"


BAD_ROWS = [
    ("01,120101199003070014,错一位,,,,,,,", "idNumber", "校验位"),
    ("01,12010119900307,太短,,,,,,,", "idNumber", "格式"),
    ("01,120116199502290015,没有这天,,,,,,,", "idNumber", "出生日期"),
    ("01,,没有号码,,,,,,,", "idNumber", "必须填写"),
    ("01,120101199003070021,,,,,,,,", "name", "必须填写"),
    ("77,120101199003070021,类型不明,,,,,,,", "idType", "代码或名称"),
    ("01,120101199003070021,性别不符,1,,,,,,", "sex", "不一致"),
    ("01,120101199003070021,生日不符,,1990-03-08,,,,,", "birthDate", "不一致"),
    ("01,120101199003070021,民族不明,,,火星族,,,,", "ethnicGroup", "代码或名称"),
    ("01,120101199003070021,电话不对,,,,12345,,,", "mobileNumber", "11位"),
    ("01,120101199003070021,日期不对,,,,,2012-13-01,,", "workStartDate", "没有这一天"),
    ("01,120101199003070021,日期不是,,,,,明天,,", "workStartDate", "日期应为"),
    ("01,120101199003070021,有名无码,,,,,,,某公司", "employerCode", "单位代码"),
    ("01,120101199003070021," + "长" * 101 + ",,,,,,,", "name", "超过100个字"),
    ("01,120101199003070021,空\0字,,,,,,,", "name", "无法保存"),
    ("01,120101199003070021,列太多,,,,,,,,,,多余", "", "列数"),
    ('01,120101199003070021,"引号"坏,,,,,,,', "", "引号"),
    (GOOD.replace("林海平", "又一次"), "idNumber", "与第2行重复"),
]


async def test_bad_row_is_returned_unchanged_with_reason(tmp_path: Path) -> None:
    """Each rejected row has its number, column, reason and original text; valid rows are stored."""
    lines = [HEADER, GOOD, *(row for row, _, _ in BAD_ROWS)]
    assert await run(write_file(tmp_path, "people.csv", *lines), TODAY) == runner.SOME_REJECTED
    assert await Person.all().count() == 1
    text = (tmp_path / "people.rejected.csv").read_bytes().decode("utf-8").split("\r\n")[:-1]
    assert text[0] == f"row,column,reason,{HEADER}"
    for number, ((row, column, reason), line) in enumerate(zip(BAD_ROWS, text[1:], strict=True), start=3):
        assert line.startswith(f"{number},{column},")
        assert line.endswith(f",{row}")
        assert reason in line.removesuffix(row)


async def test_unclosed_quotation_mark_affects_one_row(tmp_path: Path) -> None:
    """The rows after an unclosed quotation mark are read."""
    lines = ["idType,idNumber,name", '01,120101199003070021,"没有结束', *["01,x,y"] * 300, "01,12022519680512002X,好"]
    assert await run(write_file(tmp_path, "people.csv", *lines), TODAY) == runner.SOME_REJECTED
    assert [person.name for person in await Person.all()] == ["好"]
    came_back = (tmp_path / "people.rejected.csv").read_text("utf-8").splitlines()[1:]
    assert came_back[0].startswith("2,,")
    assert len(came_back) == 301


async def test_import_is_idempotent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second import changes nothing, ids included; a corrected row is stored by the third."""
    extra = "idType,idNumber,name,sex,birthDate,chineseName,exemptionCertificateType,exemptionStartDate"
    write_file(tmp_path, "people.csv", extra, "08,CDEMO0017,Anna,2,1988-01-02,安娜,DEU,2025-01-01")
    write_file(tmp_path, "participations.csv", "idType," + PERIODS, "08,CDEMO0017,110,1,120101,E1,某司,,2020-01-01,")
    write_file(tmp_path, "subsidies.csv", "idType,idNumber,district,startsOn,endsOn", "08,CDEMO0017,120105,2026-01-01,")
    assert await run(tmp_path, TODAY) == runner.ALL_STORED
    before = [await model.all().values() for model in (Person, NonMainlandInfo, Participation, Subsidy, Employer)]
    capsys.readouterr()
    assert await run(tmp_path, TODAY) == runner.ALL_STORED
    assert capsys.readouterr().out.count("read 1, stored 0, unchanged 1, rejected 0") == 3
    after = [await model.all().values() for model in (Person, NonMainlandInfo, Participation, Subsidy, Employer)]
    assert after == before
    write_file(
        tmp_path,
        "subsidies.csv",
        "idType,idNumber,district,startsOn,endsOn",
        "08,CDEMO0017,120105,2026-01-01,2026-12-31",
    )
    await run(tmp_path, TODAY)
    assert (await Subsidy.get()).ends_on == date(2026, 12, 31)


async def test_missing_columns_are_unchanged(tmp_path: Path) -> None:
    """A missing column leaves its values unchanged; an empty cell of an existing column deletes the value."""
    await run(write_file(tmp_path, "people.csv", HEADER, GOOD), TODAY)
    await run(write_file(tmp_path, "people.csv", "idNumber,name,mobileNumber", "120101199003070013,林海平,"), TODAY)
    person = await Person.get().select_related("employer")
    assert (person.mobile_number, person.work_start_date) == (None, date(2012, 7, 1))
    assert person.employer is not None
    assert (person.employer.code, person.employer.name) == ("E1", "海河之畔")


async def test_retired_codes_and_short_names_are_read(tmp_path: Path) -> None:
    """Retired permit codes are kept; insurances are identified by their short names too."""
    write_file(
        tmp_path,
        "people.csv",
        "idNumber,name,employmentPermitType",
        "120101199003070013,林海平,14",
        "12022519680512002X,刘德厚,外国专家证",
    )
    names = [
        "职工基本养老",
        "职工基本养老保险",
        "失业",
        "失业保险",
        "大额医疗",
        "大额医疗救助",
        "工伤",
        "城乡居民医疗保险",
    ]
    periods = [
        f"120101199003070013,{name},1,120101,,,,20{year}-01-01,20{year}-12-31" for year, name in enumerate(names, 11)
    ]
    write_file(tmp_path, "participations.csv", PERIODS, *periods)
    assert await run(tmp_path, TODAY) == runner.ALL_STORED
    permits = await NonMainlandInfo.all().order_by("person__id_number")
    assert [info.employment_permit_type for info in permits] == ["14", "12"]
    found = await Participation.all().order_by("started_on")
    assert [period.type for period in found] == ["110", "110", "210", "210", "330", "330", "410", "390"]


async def test_insured_district_is_of_newest_period(tmp_path: Path) -> None:
    """Paid periods have precedence, then later ones; rows of unknown people are rejected."""
    write_file(tmp_path, "people.csv", HEADER, GOOD)
    write_file(
        tmp_path,
        "participations.csv",
        PERIODS,
        "120101199003070013,110,2,120101,,,,2015-01-01,2020-12-31",
        "120101199003070013,职工基本医疗,参保缴费,河西区,E9,新单位,,2021-01-01,",
        "120101199003070013,110,3,120105,,,,2022-01-01,2022-06-30",
        "12022519680512002X,110,1,120101,,,,2015-01-01,",
        "120101199003070013,110,1,120101,,,,2021-01-01,2020-01-01",
        "120101199003070013,,1,120101,,,,2021-01-01,",
    )
    assert await run(tmp_path, TODAY) == runner.SOME_REJECTED
    assert (await Person.get()).insured_district == "120103"
    assert await Participation.all().count() == 3
    back = rejected(tmp_path, "participations")
    assert {(row[0], row[1]) for row in back} == {("5", "idNumber"), ("6", "endedOn"), ("7", "type")}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("people.csv", b""),
        ("people.csv", "姓名,民族\n张三,01\n".encode()),
        ("people.csv", b"idNumber,name,name\n1,2,3\n"),
        ("people.csv", b"\xff\xfe\x00i\x00d"),
        ("strangers.csv", b"idNumber,name\n"),
        ("people.csv", b"idNumber,name\n"),
    ],
)
async def test_unreadable_input_is_status_2(
    tmp_path: Path, name: str, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """No known file, encoding, header, required column or row: status 2 and a message."""
    (tmp_path / name).write_bytes(content)
    assert await run(tmp_path, TODAY) == runner.NOTHING_READ
    assert capsys.readouterr().out


async def test_output_contains_no_personal_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The output has counts, columns and reasons, and no name or number."""
    await run(write_file(tmp_path, "people.csv", HEADER, GOOD, *(row for row, _, _ in BAD_ROWS)), TODAY)
    output = capsys.readouterr()
    assert not any(
        word in output.out + output.err for word in ("林海平", "120101199003070013", "13800001234", "错一位")
    )


class PowerCut(Exception):
    """An interruption of the import between two statements."""


async def test_interrupted_import_keeps_whole_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in the second batch keeps the first and rolls back the second; the next run stores the rest."""
    from api.demo.lives import number_of

    numbers = [number_of("120101", date(1980, 1, 1), place, "1") for place in range(1, 6)]
    write_file(
        tmp_path, "people.csv", "idNumber,name,employerCode", *(f"{number},某人,E{number}" for number in numbers)
    )
    monkeypatch.setattr(runner, "BATCH_ROWS", 2)
    store = STORES["people.csv"]
    calls = 0

    async def failing(records: object, on: object) -> object:
        nonlocal calls
        calls += 1
        outcome = await store(records, on)  # type: ignore[arg-type]  # forwarded unchanged
        if calls == 2:
            raise PowerCut
        return outcome

    monkeypatch.setattr(runner, "STORES", {"people.csv": failing})
    with pytest.raises(PowerCut):
        await run(tmp_path, TODAY)
    assert (await Person.all().count(), await Employer.all().count()) == (2, 2)
    assert await run(tmp_path, TODAY) == runner.ALL_STORED
    assert await Person.all().count() == 5
