"""Virtual units: employer codes under which a district records its flexible workers."""

from pathlib import Path
from typing import Any

import pytest

from api.enrolment import store
from api.enrolment.virtual_units import VIRTUAL_UNITS, MalformedVirtualUnits, read_virtual_units
from api.people.models import Employer, Participation, Person
from tests.hall import Hall

HEADER = "code,district,from,source\n"
ASK = """
{ viewer { person { flexibleEmployment {
  selfPaid { type { code } } eligibility { outcome results { rule { code } outcome } }
} } } }
"""


def test_repository_lists_no_virtual_unit() -> None:
    """The file in the repository has no entry, because no official list is published."""
    assert frozenset() == VIRTUAL_UNITS


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", ":1: the columns are code"),
        (HEADER + "1,2\n", ":2: each unit has"),
        (HEADER + "1,120101, ,x\n", ":2: each unit"),
    ],
)
def test_malformed_line_is_rejected_by_line(tmp_path: Path, text: str, complaint: str) -> None:
    """A unit without a source or day is rejected with its line."""
    file = tmp_path / "virtual_units.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(MalformedVirtualUnits, match=complaint):
        read_virtual_units(file)


async def test_virtual_unit_is_no_employer(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a city lists the virtual unit, it does not count as a paying employer."""
    person = await Person.get(name="林海平")
    unit = await Employer.create(code="120101V", name="和平区灵活就业")
    await Participation.create(person=person, type="110", status="1", employer=unit)

    async def failing() -> tuple[list[str], int]:
        answer: Any = (await hall.ask(ASK, account="eligible"))["data"]["viewer"]["person"]["flexibleEmployment"]
        results = answer["eligibility"]["results"]
        return [each["rule"]["code"] for each in results if each["outcome"] == "FAIL"], len(answer["selfPaid"])

    assert await failing() == (["EMPLOYER_STOPPED_PAYING"], 0)
    monkeypatch.setattr(store, "VIRTUAL_UNITS", frozenset({"120101V"}))
    assert await failing() == (["NOT_ENROLLED"], 1)
