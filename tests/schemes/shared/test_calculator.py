"""The public retirement calculator and declaration calendar through the HTTP API."""

from datetime import timedelta
from typing import Any

import pytest

from api import clock
from api.law.days import add_months
from tests.hall import Hall

RETIREMENT = """
query ($sex: String!, $born: Date!, $position: PositionNature) {
  retirement(sex: $sex, birthDate: $born, positionNature: $position) {
    date years months delayMonths minimumContributionMonths alternatives { date }
  }
}
"""


async def retirement(hall: Hall, sex: str, born: str, position: str | None = None) -> Any:
    """Return the calculator's answer."""
    answer = await hall.ask(RETIREMENT, {"sex": sex, "born": born, "position": position})
    assert "errors" not in answer
    return answer["data"]["retirement"]


@pytest.mark.parametrize(
    ("sex", "born", "position", "date", "delay"),
    [
        ("1", "1965-01-15", None, "2025-02-15", 1),
        ("1", "1976-09-30", None, "2039-09-30", 36),
        ("2", "1970-01-31", None, "2025-02-28", 1),
        ("2", "1984-11-01", "PRODUCTION", "2039-11-01", 60),
        ("2", "1981-09-01", "MANAGEMENT", "2039-09-01", 36),
    ],
)
async def test_calculator_matches_annex_rows(
    hall: Hall, sex: str, born: str, position: str | None, date: str, delay: int
) -> None:
    """The calculator returns rows of the official annexes with the minimum contributions and the alternatives."""
    found = await retirement(hall, sex, born, position)
    assert (found["date"], found["delayMonths"]) == (date, delay)
    assert 180 <= found["minimumContributionMonths"] <= 240
    assert all(other["date"] != date for other in found["alternatives"])


async def test_alternatives_depend_on_employment(hall: Hall) -> None:
    """With an employer or an unstated form, two alternatives; in flexible employment one; each with its condition."""
    query = """
    query ($born: Date!, $form: FormOfEmployment, $l: Language) {
      retirement(sex: "1", birthDate: $born, formOfEmployment: $form) {
        kind condition alternatives { kind date condition(language: $l) alternatives { date } }
      }
    }
    """
    born = clock.today().replace(day=1, year=clock.today().year - 40).isoformat()
    kinds = {}
    for form in (None, "WITH_EMPLOYER", "FLEXIBLE"):
        answer = await hall.ask(query, {"born": born, "form": form, "l": "EN"})
        found = answer["data"]["retirement"]
        assert (found["kind"], found["condition"]) == ("STATUTORY", None)
        assert all(other["condition"] and other["alternatives"] == [] for other in found["alternatives"])
        kinds[form] = [other["kind"] for other in found["alternatives"]]
    assert kinds == {None: ["EARLIER", "LATER"], "WITH_EMPLOYER": ["EARLIER", "LATER"], "FLEXIBLE": ["EARLIER"]}


async def test_alternatives_are_not_in_the_past(hall: Hall) -> None:
    """For men of every age around retirement, no alternative is before today."""
    today = clock.today()
    for months in range(0, 12 * 9, 5):
        born = add_months(today, months - 12 * 67)
        found = await retirement(hall, "1", str(born))
        assert all(other["date"] >= today.isoformat() for other in found["alternatives"])


async def test_impossible_birth_or_sex_is_null(hall: Hall) -> None:
    """A birth in the future, before 1900 or in 9999, or an unknown sex code, returns null and no error."""
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    for born in (tomorrow, "0001-01-01", "9999-12-31", "1899-12-31"):
        assert await retirement(hall, "1", born) is None
    for sex in ("0", "9", "男", ""):
        assert await retirement(hall, sex, "1980-01-01") is None


async def test_declaration_window_at_calendar_edges(hall: Hall) -> None:
    """The year's end, January, and the first and last day of the calendar have an answer."""
    document = "query ($on: Date) { declarationWindow(on: $on) { open period opensOn closesOn reason } }"
    windows = {}
    for day in ("2026-12-19", "2026-12-20", "2026-12-31", "2027-01-01", "2027-01-20", "0001-01-01", "9999-12-31"):
        answer = await hall.ask(document, {"on": day})
        assert "errors" not in answer
        window = answer["data"]["declarationWindow"]
        windows[day] = window and (window["open"], window["period"], window["opensOn"], window["closesOn"])
    assert windows["2026-12-19"] == (True, "2026-12", "2026-11-21", "2026-12-19")
    assert windows["2026-12-20"] == windows["2026-12-31"] == (False, None, "2027-01-01", "2027-01-19")
    assert windows["2027-01-01"] == (True, "2027-01", "2027-01-01", "2027-01-19")
    assert windows["2027-01-20"] == (False, None, "2027-01-21", "2027-02-19")


async def test_december_lists_exceptions(hall: Hall) -> None:
    """While declarations are closed in December, the answer lists four exceptions and the next window's periods."""
    document = """
    query ($on: Date) { declarationWindow(on: $on) { exceptions periods { kind firstMonth lastMonth note } } }
    """
    closed = (await hall.ask(document, {"on": "2026-12-25"}))["data"]["declarationWindow"]
    assert len(closed["exceptions"]) == 4
    assert closed["exceptions"][0] == "未参保集体企业退休人员"
    assert closed["periods"] == [
        {"kind": "MONTH", "firstMonth": "2027-01", "lastMonth": "2027-01", "note": None},
        {"kind": "QUARTER", "firstMonth": "2027-01", "lastMonth": "2027-03", "note": None},
        {"kind": "YEAR", "firstMonth": "2027-01", "lastMonth": "2027-12", "note": None},
    ]
    assert (await hall.ask(document, {"on": "2026-06-01"}))["data"]["declarationWindow"]["exceptions"] == []


async def test_past_months_are_listed_separately(hall: Hall) -> None:
    """In December the yearly period is December alone; the past months are separate, with a note on who decides."""
    document = """
    { declarationWindow(on: "2026-12-10") { periods { kind firstMonth lastMonth firstPastMonth lastPastMonth
      note note_en: note(language: EN) } } }
    """
    *_, year = (await hall.ask(document))["data"]["declarationWindow"]["periods"]
    assert (year["kind"], year["firstMonth"], year["lastMonth"]) == ("YEAR", "2026-12", "2026-12")
    assert (year["firstPastMonth"], year["lastPastMonth"]) == ("2026-01", "2026-11")
    assert "补缴，由税务机关核定" in year["note"]
    assert "the tax authority decides" in year["note_en"]
