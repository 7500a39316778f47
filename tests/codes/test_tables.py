"""The code tables: complete, ordered, in both languages, and rejected with file and line if malformed."""

import shutil
from pathlib import Path

import pytest
from babel import Locale
from babel.core import get_global

from api.codes import tables
from api.codes.tables import CodeTableName, MalformedTable, read_entries, read_tables, table
from tests.hall import Hall


@pytest.mark.parametrize(
    ("name", "count", "code", "zh"),
    [
        (CodeTableName.SEX, 4, "1", "男性"),
        (CodeTableName.ETHNIC_GROUP, 58, "56", "基诺族"),
        (CodeTableName.ID_TYPE, 19, "16", "港澳台居民居住证"),
        (CodeTableName.HOUSEHOLD_REGISTRATION_TYPE, 17, "11", "本地非农业户口（本地城镇）"),
        (CodeTableName.DISTRICT, 24, "120119", "蓟州区"),
        (CodeTableName.COUNTRY_OR_REGION, 249, "HKG", "中国香港"),
        (CodeTableName.INSURANCE_TYPE, 9, "390", "城乡居民医疗保险"),
        (CodeTableName.PARTICIPATION_STATUS, 4, "2", "暂停缴费"),
        (CodeTableName.DISABILITY_GRADE, 4, "1", "一级"),
        (CodeTableName.EXEMPTION_CERTIFICATE_TYPE, 13, "DEU", "德国"),
        (CodeTableName.POSITION_NATURE, 2, "PRODUCTION", "生产"),
        (CodeTableName.PUBLIC_SECTOR_STAFF_CATEGORY, 6, "13", "专业技术人员"),
        (CodeTableName.EMPLOYMENT_SCOPE, 3, "2", "农籍职工"),
        (CodeTableName.EMPLOYMENT_PERMIT_TYPE, 7, "18", "外国人工作许可证"),
    ],
)
def test_tables_are_complete(name: CodeTableName, count: int, code: str, zh: str) -> None:
    """Each table has the number of entries of its standard, found by code and by Chinese name."""
    found = table(name)
    assert len(found.entries) == count
    entry = found.get(code)
    assert entry is not None
    assert entry.name.zh == zh
    assert found.find(zh) == found.find(code) == entry
    assert found.get(zh) is None


def test_selectable_entries() -> None:
    """Sixteen districts are selectable; retired entries and group headings are not."""
    districts = table(CodeTableName.DISTRICT).entries
    assert sum(entry.selectable for entry in districts) == 16
    everything = [entry for name in CodeTableName for entry in table(name).entries]
    assert not any(entry.selectable for entry in everything if entry.retired)
    heads = {e.code for e in table(CodeTableName.HOUSEHOLD_REGISTRATION_TYPE).entries if not e.selectable}
    assert heads == {"10", "20", "30", "40", "50"}


def test_country_names_equal_cldr() -> None:
    """Country names equal those of CLDR, except Hong Kong, Macao and Taiwan."""
    chinese, aliases = Locale("zh").territories, get_global("territory_aliases")
    for entry in table(CodeTableName.COUNTRY_OR_REGION).entries:
        if entry.code not in {"HKG", "MAC", "TWN"}:
            assert entry.name.zh == chinese[aliases[entry.code][0]]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("01,汉族,Han,yes", "columns"),
        ("01,汉族,Han,yes,maybe", "yes or no"),
        ("01,,Han,yes,no", "filled in"),
        ("00,甲,A,yes,no\n00,乙,B,yes,no", "stands twice"),
        ("00,甲,A,yes,yes", "a retired code is not selectable"),
        ("01,汉族,Han,yes,no,出处", "columns"),
    ],
)
def test_malformed_table_is_rejected_by_line(tmp_path: Path, line: str, message: str) -> None:
    """The message names the file, the line and the error."""
    path = tmp_path / "table.csv"
    path.write_text(f"code,zh,en,selectable,retired\n{line}\n", "utf-8")
    with pytest.raises(MalformedTable, match=rf"table\.csv:\d: .*{message}"):
        list(read_entries(path))


def test_source_column_is_optional(tmp_path: Path) -> None:
    """The column `source` is optional; another header is rejected with the permitted ones."""
    path = tmp_path / "table.csv"
    path.write_text("code,zh,en,selectable,retired,source\n01,汉族,Han,yes,no,\n97,其他,Other,yes,no,统计\n", "utf-8")
    assert [entry.source for entry in read_entries(path)] == [None, "统计"]
    path.write_text("code,zh,en,selectable,retired,note\n01,汉族,Han,yes,no,\n", "utf-8")
    with pytest.raises(MalformedTable, match=r"table\.csv:1: .*retired' or '.*source'"):
        list(read_entries(path))


async def test_abolished_permits_are_retired(hall: Hall) -> None:
    """Permits 11, 12 and 14 are retired: readable in old records, with a source, and not selectable."""
    document = """
    query ($of: CodeTableName!) { codeTable(name: $of) {
      now: entries { code } entries(includeRetired: true) { code name selectable retired source } } }
    """
    for name in ("EMPLOYMENT_PERMIT_TYPE", "ID_TYPE"):
        found = (await hall.ask(document, {"of": name}))["data"]["codeTable"]
        retired = {entry["code"]: entry for entry in found["entries"] if entry["retired"]}
        assert set(retired) == {"11", "12", "14"}
        assert retired["14"]["name"] == "台港澳人员就业证"
        assert "国发〔2018〕28号" in retired["14"]["source"]
        assert "须核对" in retired["11"]["source"] == retired["12"]["source"]
        assert not {entry["code"] for entry in found["now"]} & set(retired)
    groups = (await hall.ask(document, {"of": "ETHNIC_GROUP"}))["data"]["codeTable"]["entries"]
    noted = {entry["code"]: entry["source"] for entry in groups if entry["source"]}
    assert set(noted) == {"97", "98"}
    assert all("不属于GB/T 3304" in source for source in noted.values())


def test_missing_table_is_rejected(tmp_path: Path) -> None:
    """Every table of the schema must exist."""
    shutil.copytree(tables.FOLDER, tmp_path / "codes")
    index = tmp_path / "codes" / "tables.csv"
    index.write_text("".join(index.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    with pytest.raises(MalformedTable, match="EXEMPTION_CERTIFICATE_TYPE"):
        read_tables(tmp_path / "codes")
    (tmp_path / "codes" / "tables" / "sex.csv").unlink()
    with pytest.raises(MalformedTable, match=r"sex\.csv"):
        read_tables(tmp_path / "codes")


async def test_code_table_query(hall: Hall) -> None:
    """Retired codes are included on request only; title and standard are returned."""
    document = """
    query ($all: Boolean) { codeTable(name: DISTRICT) {
      name title(language: EN) standard entries(includeRetired: $all) { code name selectable retired } } }
    """
    offered = (await hall.ask(document))["data"]["codeTable"]
    everything = (await hall.ask(document, {"all": True}))["data"]["codeTable"]
    assert (offered["name"], offered["title"], offered["standard"]) == ("DISTRICT", "District", "GB/T 2260")
    assert (len(offered["entries"]), len(everything["entries"])) == (16, 24)
