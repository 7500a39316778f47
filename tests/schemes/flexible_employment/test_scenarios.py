"""scenarios.toml: each scenario gives the stated verdict, and errors in the file are reported by line."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.enrolment.scenario_reader import MalformedScenario
from api.enrolment.scenarios import Scenario
from api.law.rule import Channel, EligibilityOutcome, RuleOutcome
from api.schemes.flexible_employment.codes import RuleCode
from api.schemes.flexible_employment.scenarios import read_scenarios
from api.schemes.flexible_employment.verdict import judge
from api.schemes.shared.retirement import PositionNature

SCENARIOS = read_scenarios()
PERSONAS = (
    "eligible", "enrolled", "subsidised", "first-time", "employer-paying", "under-sixteen", "sixteen-today",
    "sixteen-tomorrow", "retired", "retires-today", "retires-tomorrow", "production-worker", "manager", "leap-day",
    "resident-scheme", "hong-kong", "foreigner", "long-name", "rare-name", "legacy-area", "self-paying", "sparse",
)  # fmt: skip
HEAD = """\
[unless_stated]
on = 2026-11-23
born = 1990-05-20
sex = "男"
document = "01"
drawing_pension = "否"
works_here = "是"
enrolled = "否"
history = "单位停缴"
channel = "网厅"

[[scenario]]
name = "甲"
verdict = "可以"
"""


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario_matches_verdict(scenario: Scenario) -> None:
    """Rule outcomes, notices, days, reasons and next steps equal those of the scenario."""
    assert scenario.differences(judge(scenario.case)) == []


def test_scenarios_cover_all_cases() -> None:
    """At least 220 scenarios cover each failing rule, channel, kind of person and persona, and two failures."""
    assert len(SCENARIOS) >= 220
    outcomes = [(code, outcome) for scenario in SCENARIOS for code, outcome in scenario.outcomes.items()]
    assert {code for code, outcome in outcomes if outcome is RuleOutcome.FAIL} == set(RuleCode)
    assert {code for code, outcome in outcomes if outcome is RuleOutcome.UNKNOWN} == set(RuleCode) - {
        RuleCode.NOT_DRAWING_PENSION
    }
    assert {scenario.verdict for scenario in SCENARIOS} == set(EligibilityOutcome)
    failing = [sum(one is RuleOutcome.FAIL for one in scenario.outcomes.values()) for scenario in SCENARIOS]
    assert sum(count > 1 for count in failing) >= 8
    for person in ("首次参保", "单位停缴"):
        for channel in ("网厅", "自助机", "APP", "窗口"):
            assert any(scenario.name.startswith(f"{person} × {channel}") for scenario in SCENARIOS)
    parsed = " ".join(scenario.name for scenario in SCENARIOS)
    assert [persona for persona in PERSONAS if persona not in parsed] == []


def test_each_difference_is_reported(tmp_path: Path) -> None:
    """`differences` reports each point in which a verdict deviates from its scenario."""
    (good,) = read_scenarios(scenario_file(tmp_path, HEAD))
    verdict = judge(good.case)
    assert good.differences(verdict) == []
    wrong = replace(
        good,
        verdict=EligibilityOutcome.NOT_ELIGIBLE,
        outcomes={**good.outcomes, RuleCode.MINIMUM_AGE: RuleOutcome.FAIL},
        notices=frozenset({RuleCode.NOT_ENROLLED}),
        becomes=date(2027, 1, 1),
        ceases="不会",
        channels=frozenset({Channel.APP}),
        says=("没有的话",),
        advises=("没有的事",),
        never_advises=("阅读须知并登记",),
    )
    said = wrong.differences(verdict)
    assert said == [
        "expected NOT_ELIGIBLE, was ELIGIBLE",
        "MINIMUM_AGE: expected FAIL, was PASS",
        "NOT_ENROLLED: a notice was missing",
        "becomes: expected 2027-01-01, was 不会",
        "ceases: expected 不会, was 2053-05-20",
        "channels: expected APP, were APP, COUNTER, KIOSK, WEB_HALL",
        "no reason says '没有的话'",
        "no next step says '没有的事'",
        "a next step says '阅读须知并登记'",
    ]
    noticed = judge(
        replace(good.case, sex="2", birth_date=date(1974, 3, 15), position_nature=PositionNature.PRODUCTION)
    )
    assert good.differences(noticed) == ["RETIREMENT_AGE: a notice was not expected"]


def scenario_file(folder: Path, text: str) -> Path:
    """Return a scenario file with that text."""
    file = folder / "scenarios.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("more", "line", "complaint"),
    [
        ("bron = 1990-01-01", 12, "'甲': 'bron' means nothing here; is it 'born'?"),
        ("xyz = 1", 12, "'xyz' means nothing here; the words are name, on, born"),
        ('sex = "男性"', 12, "sex is 男性; it can be 男, 女, 未知, 未说明"),
        ("sex = 1", 12, "sex is 1; it can be 男"),
        ('position = "技术"', 12, "position is 技术; it can be 管理, 生产"),
        ('channel = "WEB_HALL"', 12, "channel is WEB_HALL; it can be 网厅, APP, 自助机, 窗口"),
        ('works_here = "也许"', 12, "works_here is 也许; it can be 是, 否, 未声明"),
        ('registered = [{ status = "终止" }]', 12, "registered: on is missing; a day is written like"),
        ('registered = [{ on = 2026-01-01, status = "在缴" }]', 12, "registered: status is 在缴; it can be 登记未缴费"),
        ('channels = ["网站"]', 12, "channels is 网站; it can be 网厅, APP, 自助机, 窗口"),
        ('history = "失业"', 12, "history is 失业; it can be 从未参保, 单位停缴, 单位在缴, 曾灵活就业"),
        ("enrolled = true", 12, "enrolled is True; it can be 是, 否"),
        ('drawing_pension = "no"', 12, "drawing_pension is no; it can be 是, 否"),
        ('born = "1990-01-01"', 12, "born is 1990-01-01; a day is written like 2026-11-23"),
        ("on = 2026-11-23T08:00:00", 12, "a day is written like 2026-11-23"),
        ("document = 1", 12, "document is 1; it is written in quotation marks"),
        ('district = ""', 12, "district is ; it is written in quotation marks"),
        ('outcome = { AGE = "FAIL" }', 12, "there is no rule 'AGE'; the rules are IDENTITY_DOCUMENT"),
        ('outcome = { MINIMUM_AGE = "不通过" }', 12, "outcome: MINIMUM_AGE is 不通过; it can be PASS, FAIL, UNKNOWN"),
        ('outcome = "FAIL"', 12, 'outcome is written like { MINIMUM_AGE = "FAIL" }'),
        ('notices = ["AGE"]', 12, "there is no rule 'AGE'"),
        ('notices = "MINIMUM_AGE"', 12, 'notices is written like ["…", "…"]'),
        ("says = [1]", 12, 'says is written like ["…", "…"]'),
        ('advises = [""]', 12, 'advises is written like ["…", "…"]'),
        ('becomes = "明天"', 12, "becomes is 明天; a day is written like 2026-11-23"),
        ("ceases = 2030", 12, "ceases is 2030; a day is written like 2026-11-23"),
        ('insured = "110"', 12, "insured is written in [ ], one { … } for each"),
        ('insured = ["110"]', 12, "'110' means nothing in insured"),
        ('insured = [{ type = "110", by = "单位", state = "参保缴费" }]', 12, "'state' means nothing in insured"),
        (
            'insured = [{ type = "110", by = "公司", status = "参保缴费" }]',
            12,
            "insured: by is 公司; it can be 单位, 本人",
        ),
        ('insured = [{ type = "110", by = "单位", status = "在缴" }]', 12, "insured: status is 在缴; it can be 未参保"),
        ('insured = [{ by = "单位", status = "终止" }]', 12, "insured: type is missing"),
        ('insured = [{ type = "110", by = "单位", status = "终止", until = "x" }]', 12, "until is x; a day is written"),
        ('subsidies = [{ district = "120105" }]', 12, "subsidies: from is missing; a day is written like"),
        ("subsidies = [{ from = 2026-01-01 }]", 12, "subsidies: district is missing"),
        (
            'subsidies = [{ district = "120105", from = 2026-01-01, to = 2026-02-01 }]',
            12,
            "'to' means nothing in subsid",
        ),
        ('[[scenario]]\nname = "乙"', 15, "'乙': verdict is missing; it can be 可以, 不可以, 需补充信息"),
        ('[[scenario]]\nverdict = "可以"', 15, 'a situation begins with name = "…"'),
        ('[[scenario]]\nname = "甲"\nverdict = "可以"', 15, "'甲' is already the name of the situation in line 12"),
        ("[scenarios]\nx = 1", None, "beside [unless_stated] and [[scenario]] stands scenarios"),
        ("born = 1990-13-01", None, "line 15"),
    ],
)
def test_error_names_file_line_and_value(tmp_path: Path, more: str, line: int | None, complaint: str) -> None:
    """The error message names the file, the line, the scenario, the value and the permitted values."""
    file = scenario_file(tmp_path, HEAD + more + "\n")
    with pytest.raises(MalformedScenario) as refused:
        read_scenarios(file)
    assert str(refused.value).startswith(f"{file}:" if line is None else f"{file}:{line}: ")
    assert complaint in str(refused.value)


@pytest.mark.parametrize("text", ["", HEAD[: HEAD.index("[[")]])
def test_file_without_scenarios_is_rejected(tmp_path: Path, text: str) -> None:
    """A file without scenarios is rejected, because it would check nothing."""
    with pytest.raises(MalformedScenario, match=r"has no \[\[scenario\]\]"):
        read_scenarios(scenario_file(tmp_path, text))


def test_inline_scenarios_are_rejected(tmp_path: Path) -> None:
    """Scenarios in an inline array are rejected, because errors could not name a line."""
    with pytest.raises(MalformedScenario, match=r"stands on a line of its own"):
        read_scenarios(scenario_file(tmp_path, 'scenario = [{ name = "甲" }]\n'))


def test_scenario_fields_become_facts(tmp_path: Path) -> None:
    """Each field of a scenario becomes the corresponding fact of the case."""
    more = """\
on = 2026-12-01
born = "不详"
sex = "不详"
position = "生产"
document = "16"
drawing_pension = "是"
works_here = "未声明"
enrolled = "是"
history = "曾灵活就业"
insured = [
  { type = "390", by = "本人", status = "参保缴费", district = "120101", from = 2026-01-01, until = 2026-12-31 },
]
subsidies = [{ district = "120105", from = 2026-02-01, until = 2026-03-01 }, { district = "120106", from = 2026-04-01 }]
channel = "自助机"
district = "120102"
"""
    (parsed,) = read_scenarios(scenario_file(tmp_path, HEAD + more))
    case = parsed.case
    assert (case.on, case.birth_date, case.sex, case.id_type) == (date(2026, 12, 1), None, None, "16")
    assert (case.position_nature, case.channel, case.district) == (PositionNature.PRODUCTION, "KIOSK", "120102")
    assert (case.drawing_pension, case.works_in_city) == (True, None)
    assert [(each.registered_on, each.status) for each in case.registrations] == [(date(2026, 12, 1), "REGISTERED")]
    before, now = case.participations
    assert (before.type, before.status, before.employer) == ("110", "3", False)
    assert (now.type, now.status, now.district, now.employer) == ("390", "1", "120101", False)
    assert (now.started_on, now.ended_on) == (date(2026, 1, 1), date(2026, 12, 31))
    assert [(one.district, one.starts_on, one.ends_on) for one in case.subsidies] == [
        ("120105", date(2026, 2, 1), date(2026, 3, 1)),
        ("120106", date(2026, 4, 1), None),
    ]


@pytest.mark.parametrize(
    ("history", "count", "employer", "status"),
    [("单位停缴", 1, True, "2"), ("单位在缴", 1, True, "1"), ("曾灵活就业", 1, False, "3"), ("从未参保", 0, False, "")],
)
def test_history_values(tmp_path: Path, history: str, count: int, status: str, *, employer: bool) -> None:
    """Each value of `history` becomes the participations of that kind of person in the guide."""
    (parsed,) = read_scenarios(scenario_file(tmp_path, HEAD + f'history = "{history}"\n'))
    assert [(one.type, one.employer, one.status) for one in parsed.case.participations] == [
        ("110", employer, status)
    ] * count


def test_insured_replaces_history(tmp_path: Path) -> None:
    """`insured` replaces the history of [unless_stated]."""
    (parsed,) = read_scenarios(scenario_file(tmp_path, HEAD + "insured = []\n"))
    assert parsed.case.participations == ()
