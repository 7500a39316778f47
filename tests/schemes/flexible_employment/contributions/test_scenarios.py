"""scenarios.toml: each scenario gives the stated answer, and errors in the file are reported by line."""

from dataclasses import replace
from pathlib import Path

import pytest

from api.enrolment.form import FieldProblemCode
from api.enrolment.scenario_reader import MalformedScenario
from api.schemes.flexible_employment.contributions.scenarios import Scenario, read_scenarios

SCENARIOS = read_scenarios()
HEAD = """\
[unless_stated]
month = "2026-04"
by = "按月"
base = "最低"
insurances = ["110", "310"]
subsidised = "没有"

[[scenario]]
name = "甲"
"""


def scenario_file(folder: Path, text: str) -> Path:
    """Return a scenario file with that text."""
    file = folder / "scenarios.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario_matches_answer(scenario: Scenario) -> None:
    """Amounts, reference marks, sentences and rejections equal those of the scenario."""
    assert scenario.differences() == []


def test_scenarios_cover_all_cases() -> None:
    """The scenarios cover each period, base, problem code, the check value of 2026, missing figures and subsidies."""
    assert len(SCENARIOS) >= 45
    asked = [scenario.form for scenario in SCENARIOS]
    assert {each.kind for each in asked} == {"MONTH", "QUARTER", "YEAR"}
    assert {each.base for each in asked} == {"LOWEST", "HIGHEST", "AMOUNT"}
    refused = {code for scenario in SCENARIOS for code in scenario.refused.values()}
    assert refused == {
        FieldProblemCode.REQUIRED, FieldProblemCode.BAD_FORMAT, FieldProblemCode.UNKNOWN_CODE,
        FieldProblemCode.NOT_SELECTABLE, FieldProblemCode.TOO_LOW, FieldProblemCode.TOO_HIGH,
        FieldProblemCode.NO_FIGURE,
    }  # fmt: skip
    assert any(
        (scenario.amounts.get("pension"), scenario.amounts.get("medical"), scenario.amounts.get("total"))
        == ("1,036.00", "440.30", "1,476.30")
        for scenario in SCENARIOS
    )
    assert {"800.00", "600.00", "200.00"} <= {scenario.amounts.get("subsidy") for scenario in SCENARIOS}


def test_each_difference_is_reported(tmp_path: Path) -> None:
    """`differences` reports each point in which an answer deviates from its scenario."""
    (good,) = read_scenarios(scenario_file(tmp_path, HEAD + 'total = "1,476.30"\nreference = "是"\n'))
    assert good.differences() == []
    wrong = replace(good, amounts={"total": "1.00", "medical": "没有"}, reference=False, says=("没有的话",))
    assert wrong.differences() == [
        "total: expected 1.00, was 1,476.30",
        "medical: expected 没有, was 440.30",
        "reference: expected False, was True",
        "nothing says '没有的话'",
    ]
    assert replace(good, refused={"amount": "TOO_LOW"}).differences() == [
        "refused: expected {'amount': 'TOO_LOW'}, was {}"
    ]
    (low,) = read_scenarios(
        scenario_file(tmp_path, HEAD + 'base = "1"\nrefused = { amount = "TOO_LOW" }\nsays = ["无"]\n')
    )
    assert low.differences() == ["nothing says '无'"]


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        (HEAD + "totel = 1\n", 8, "'甲': 'totel' means nothing here; is it 'total'?"),
        (HEAD + "xyzzy = 1\n", 8, "'xyzzy' means nothing here; the words are name, month"),
        (HEAD + 'by = "按周"\n', 8, "by is 按周; it can be 按月, 按季, 按年"),
        (HEAD + "base = 5180\n", 8, "base is 5180; it is written in quotation marks"),
        (HEAD + "total = 1476.3\n", 8, "total is 1476.3; it is written in quotation marks"),
        (HEAD + 'reference = "也许"\n', 8, "reference is 也许; it can be 是, 否"),
        (HEAD + 'insurances = "110"\n', 8, 'insurances is written like ["…", "…"]'),
        (HEAD + 'subsidised = "有"\n', 8, 'subsidised is written like ["…", "…"]'),
        (HEAD + 'refused = "TOO_LOW"\n', 8, 'refused is written like { amount = "TOO_LOW" }'),
        (HEAD + '[[scenario]]\nname = "甲"\n', 10, "'甲' is already the name of the situation in line 8"),
        (HEAD.replace('name = "甲"', ""), 8, 'a situation begins with name = "…"'),
    ],
)
def test_error_names_file_and_line(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    """The error message names the file, the line of the scenario and the problem."""
    file = scenario_file(tmp_path, text)
    with pytest.raises(MalformedScenario) as refused:
        read_scenarios(file)
    assert str(refused.value).startswith(f"{file}:{line}: ")
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[scenario]\n", "scenarios.toml: "),
        (HEAD + "[other]\n", "beside [unless_stated] and [[scenario]] stands other"),
        ("", "each [[scenario]] stands on a line of its own"),
        ('scenario = [{ name = "甲" }]\n', "each [[scenario]] stands on a line of its own"),
    ],
)
def test_file_without_scenarios_is_rejected(tmp_path: Path, text: str, complaint: str) -> None:
    """A file that does not consist of scenarios is rejected as a whole."""
    with pytest.raises(MalformedScenario) as refused:
        read_scenarios(scenario_file(tmp_path, text))
    assert complaint in str(refused.value)
