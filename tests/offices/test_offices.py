"""Offices: read from a city's file, rejected by line if malformed, and public."""

from datetime import date
from pathlib import Path

import pytest

from api.offices import table
from api.offices.table import MalformedOffices, offices_of, read_offices
from tests.hall import Hall

HEADER = "district,name,address,phone,hours,from,until,source\n"
GOOD = "120101,和平区社保分中心,和平区某路1号,022-00000000,工作日,2026-01-01,,市人社局公告\n"
ASK = "query ($d: String) { offices(district: $d) { district { name } name address phone hours source } }"


def office_file(folder: Path, text: str) -> Path:
    """Return an office file with that text."""
    file = folder / "offices.csv"
    file.write_text(text, "utf-8")
    return file


async def test_offices_of_district_are_returned(hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offices of the requested district are returned on the days on which they are valid."""
    ended = "120101,旧址,和平区某路2号,,,2020-01-01,2020-12-31,公告\n"
    offices = read_offices(office_file(tmp_path, HEADER + GOOD + ended))
    monkeypatch.setattr(table, "_all", lambda: offices)
    found = (await hall.ask(ASK, {"d": "120101"}))["data"]["offices"]
    assert [(office["name"], office["district"]["name"], office["phone"]) for office in found] == [
        ("和平区社保分中心", "和平区", "022-00000000")
    ]
    assert (await hall.ask(ASK, {"d": "120102"}))["data"]["offices"] == []
    assert len(offices_of(None, date(2020, 6, 1))) == 1


async def test_repository_lists_no_office(hall: Hall) -> None:
    """The file in the repository has no entry, because no official list of Tianjin is published."""
    assert (await hall.ask(ASK))["data"]["offices"] == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", ":1: the columns are district,name"),
        (HEADER + "120101,甲\n", ":2: has 2 columns instead of 8"),
        (HEADER + GOOD + GOOD.replace("120101", "120107"), ":3: 120107 is no district"),
        (HEADER + GOOD.replace("市人社局公告", " "), ":2: lacks source"),
        (HEADER + GOOD.replace("2026-01-01", "2026/1/1"), ":2: 2026/1/1 is no day"),
        (HEADER + GOOD.replace("2026-01-01,", "2026-01-01,2025-01-01"), ":2: ends on 2025-01-01, before it begins"),
    ],
)
def test_malformed_line_is_rejected_by_line(tmp_path: Path, text: str, complaint: str) -> None:
    """An office without a source, with an unknown district or an invalid period is rejected with its line."""
    with pytest.raises(MalformedOffices, match=complaint):
        read_offices(office_file(tmp_path, text))
