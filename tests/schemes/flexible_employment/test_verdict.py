"""The verdict: the overall outcome, the days on which it changes, serialisation, and the version of the rules."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from api.law.parameter import Confidence
from api.law.rule import EligibilityOutcome, RuleOutcome, RuleResult, Verdict, overall_outcome
from api.law.rulebook import version_of
from api.schemes.flexible_employment.case import Case, Subsidy
from api.schemes.flexible_employment.codes import RuleCode
from api.schemes.flexible_employment.law import CONTENT, FOLDER, LAW, RULES_VERSION, SCHEME
from api.schemes.flexible_employment.rules import RULES
from api.schemes.flexible_employment.verdict import RULEBOOK, district_options, judge
from api.text.i18n import Text
from tests.schemes.flexible_employment.cases import CASES, DISTRICTS, TODAY, eligible_case, paid

ELIGIBLE = EligibilityOutcome.ELIGIBLE
DAY = timedelta(days=1)
PASS, FAIL, UNKNOWN = RuleOutcome.PASS, RuleOutcome.FAIL, RuleOutcome.UNKNOWN


def is_eligible(case: Case, day: date) -> bool:
    """Return whether the verdict of a day is ELIGIBLE."""
    return judge(replace(case, on=day)).outcome is ELIGIBLE


@pytest.mark.parametrize(
    ("outcomes", "declared", "expected"),
    [
        ([PASS, PASS], "ELIGIBLE", "ELIGIBLE"),
        ([PASS, FAIL], "NOT_ELIGIBLE", "NOT_ELIGIBLE"),
        ([PASS, UNKNOWN], "ELIGIBLE", "NEEDS_INFORMATION"),
        ([UNKNOWN, FAIL], "NOT_ELIGIBLE", "NOT_ELIGIBLE"),
        ([FAIL, UNKNOWN, PASS], "NOT_ELIGIBLE", "NOT_ELIGIBLE"),
    ],
)
def test_overall_outcome(outcomes: list[RuleOutcome], declared: str, expected: str) -> None:
    """Any FAIL is NOT_ELIGIBLE; else any UNKNOWN but a pending declaration is NEEDS_INFORMATION; else ELIGIBLE."""
    view = judge(eligible_case()).results[0].rule
    assert overall_outcome([RuleResult(view, outcome, None, ()) for outcome in outcomes]) == expected
    pending = [RuleResult(view, outcome, None, (), declared=outcome is UNKNOWN) for outcome in outcomes]
    assert overall_outcome(pending) == declared


@given(CASES)
def test_outcome_changes_on_named_days(case: Case) -> None:
    """On each named day the outcome differs from that of the day before, as stated."""
    verdict = judge(case)
    becomes, ceases = verdict.becomes_eligible_on, verdict.ceases_eligible_on
    if becomes is not None:
        assert becomes > case.on
        assert verdict.outcome is not ELIGIBLE
        assert not is_eligible(case, becomes - DAY)
        assert is_eligible(case, becomes)
    if ceases is not None:
        assert ceases > (becomes or case.on)
        assert verdict.outcome is ELIGIBLE or becomes is not None
        assert is_eligible(case, ceases - DAY)
        assert not is_eligible(case, ceases)


@given(CASES, st.data())
def test_outcome_changes_only_on_named_days(case: Case, data: st.DataObject) -> None:
    """Before the first named day, and on all days if none is named, the outcome is that of the requested day."""
    verdict = judge(case)
    first = verdict.becomes_eligible_on or (verdict.ceases_eligible_on if verdict.outcome is ELIGIBLE else None)
    end = date.max if first is None else first - DAY
    near = min(end, date.fromordinal(min(case.on.toordinal() + 1500, date.max.toordinal())))
    day = data.draw(st.dates(case.on, near) | st.dates(case.on, end))
    assert is_eligible(case, day) is (verdict.outcome is ELIGIBLE)
    if verdict.becomes_eligible_on is not None:
        last = date.max if verdict.ceases_eligible_on is None else verdict.ceases_eligible_on - DAY
        assert is_eligible(case, data.draw(st.dates(verdict.becomes_eligible_on, last)))


@given(CASES)
@settings(max_examples=25)
def test_named_days_equal_exhaustive_search(case: Case) -> None:
    """A day-by-day search over 800 days finds the first changes on the named days."""
    assume(case.on < date(9990, 1, 1))
    verdict = judge(case)
    days = [case.on + DAY * count for count in range(800)]
    eligible = [is_eligible(case, day) for day in days]
    becomes = next((day for day, now in zip(days, eligible, strict=True) if now), None) if not eligible[0] else None
    begin = days[0] if eligible[0] else becomes
    ceases = None
    if begin is not None:
        later = (day for day, now in zip(days, eligible, strict=True) if day > begin and not now)
        ceases = next(later, None)
    assert becomes == within(verdict.becomes_eligible_on, days[-1])
    assert ceases == within(verdict.ceases_eligible_on, days[-1])


def within(day: date | None, last: date) -> date | None:
    """Return a day unless it is later than `last`."""
    return day if day is not None and day <= last else None


@given(CASES)
def test_change_days_are_ascending_and_future(case: Case) -> None:
    """Change days ascend, lie after the requested day, and each has the law of that day."""
    turning = list(RULEBOOK.change_days(case, LAW))
    days = [day for day, _ in turning]
    assert days == sorted(set(days))
    assert all(day > case.on for day in days)
    assert all(law is LAW.on(day) for day, law in turning)


def test_permanent_outcome_names_no_day() -> None:
    """A person who draws a pension never becomes eligible, even after the employer stops paying."""
    verdict = judge(eligible_case(drawing_pension=True, participations=(paid(ended_on=date(2026, 12, 31)),)))
    assert (verdict.becomes_eligible_on, verdict.ceases_eligible_on) == (None, None)


def test_verdict_names_first_of_each_change() -> None:
    """The verdict names the first day of eligibility and the first day of its end, and no later changes."""
    again = (paid(ended_on=date(2026, 12, 31)), paid(started_on=date(2027, 3, 1), ended_on=date(2027, 6, 30)))
    verdict = judge(eligible_case(participations=again))
    assert verdict.becomes_eligible_on == date(2027, 1, 1)
    assert verdict.ceases_eligible_on == date(2027, 3, 1)
    assert judge(eligible_case(participations=again, on=date(2027, 3, 1))).becomes_eligible_on == date(2027, 7, 1)


@given(CASES)
def test_verdict_round_trips_through_json(case: Case) -> None:
    """A verdict round-trips through JSON without loss and needs no rule to be read."""
    verdict = judge(case)
    stored = json.loads(json.dumps(verdict.to_data(), ensure_ascii=False))
    assert Verdict.from_data(stored, SCHEME) == verdict
    assert Verdict.from_data(stored, SCHEME).to_data() == stored


def test_stored_verdict_is_complete() -> None:
    """The stored verdict has rules version, days, clause texts, parameters, facts with sources, and next steps."""
    verdict = judge(eligible_case(birth_date=date(2010, 12, 1), district="120101"))
    restored = Verdict.from_data(json.loads(json.dumps(verdict.to_data())), SCHEME)
    assert (restored.rules_version, restored.on) == (RULES_VERSION, TODAY)
    assert restored.becomes_eligible_on == date(2026, 12, 1)
    age = next(found for found in restored.results if found.rule.code == RuleCode.MINIMUM_AGE)
    assert age.rule.clause.text.startswith("为灵活就业人员提供参保登记服务")
    assert [figure.value for figure in age.rule.parameters] == ["16"]
    assert [(fact.value, fact.source) for fact in age.facts] == [("2010-12-01", "record"), ("2026-12-01", "calendar")]
    assert restored.next_steps[0].title.zh == "2026年12月1日起可以办理"
    assert restored.results[-1].facts[0].codes == "DISTRICT"
    assert restored == verdict


def test_verdict_of_earlier_release_is_readable() -> None:
    """A verdict stored without phones, titles, declarations and channels is readable; those fields are empty."""
    data = judge(eligible_case(participations=())).to_data()
    del data["eligibleBy"]
    data["nextSteps"] = [step[:4] for step in data["nextSteps"]]
    for result in data["results"]:
        del result["answer"], result["declared"]
    restored = Verdict.from_data(json.loads(json.dumps(data)), SCHEME)
    assert restored.eligible_by == ()
    assert [step.phone for step in restored.next_steps] == [None] * len(restored.next_steps)
    assert [result.title for result in restored.results] == [None] * len(restored.results)


def test_stored_verdict_keeps_confidence() -> None:
    """A SECONDARY figure is stored with its confidence; an OFFICIAL one keeps the stored form of earlier releases."""
    verdict = judge(eligible_case())
    result = next(result for result in verdict.results if result.rule.parameters)
    figure = replace(result.rule.parameters[0], confidence=Confidence.SECONDARY)
    doubtful = replace(verdict, results=(replace(result, rule=replace(result.rule, parameters=(figure,))),))
    stored = json.loads(json.dumps(doubtful.to_data()))
    assert Verdict.from_data(stored, SCHEME) == doubtful
    assert len(stored["results"][0]["parameters"][0]) == 7
    official = verdict.to_data()["results"][verdict.results.index(result)]["parameters"][0]
    assert official[-1] == figure.source
    assert len(official) == 6


@pytest.mark.parametrize("day", [date.min, date(2019, 6, 1), TODAY, date.max])
def test_rules_of_day(day: date) -> None:
    """All rules are shown in order with the parameters in force on the day."""
    views = RULEBOOK.views(LAW.on(day))
    assert [view.code for view in views] == [rule.code for rule in RULES]
    for view in views:
        assert all(figure.from_ <= day and (figure.until is None or day <= figure.until) for figure in view.parameters)


def test_title_without_parameter_has_ellipsis() -> None:
    """On a day without a parameter, the title of a rule has an ellipsis in its place."""
    titles = {view.code: view.title for view in RULEBOOK.views(LAW.on(date.min))}
    assert titles[RuleCode.MINIMUM_AGE] == Text("年满…周岁", "At least … years old")


def test_any_change_changes_rules_version() -> None:
    """The version is a 12-character digest over guide, parameters and conditions; any change changes it."""
    texts = [(FOLDER / name).read_text(encoding="utf-8") for name in CONTENT]
    assert {"guide.md", "parameters.toml", "rules.py", "facts.py", "../shared/retirement.py"} <= set(CONTENT)
    assert version_of(texts) == RULES_VERSION == judge(eligible_case()).rules_version
    assert len(RULES_VERSION) == 12
    for place, text in enumerate(texts):
        changed = [*texts[:place], text + " ", *texts[place + 1 :]]
        assert version_of(changed) != RULES_VERSION


def test_rules_of_other_days_have_other_parameters() -> None:
    """Until 2019 one kind of document, since 2020 two; before 2025 no delay of retirement."""

    def figures(day: date) -> dict[str, str]:
        return {figure.key: figure.value for view in RULEBOOK.views(LAW.on(day)) for figure in view.parameters}

    assert figures(date(2019, 12, 31))["admitted_id_types"] == "01"
    assert figures(date(2020, 1, 1))["admitted_id_types"] == "01 16"
    assert "retirement_delay_begins" not in figures(date(2024, 12, 31))
    assert figures(date(2025, 1, 1))["retirement_delay_begins"] == "2025-01"


@given(CASES)
def test_district_options_match_rule(case: Case) -> None:
    """A district option is selectable if and only if the rule passes, and gives the rule's reason otherwise."""
    assume(case.on >= date(2020, 11, 1))
    choices = district_options(case)
    assert [choice.code for choice in choices] == list(DISTRICTS)
    for choice in choices:
        found = judge(replace(case, district=choice.code)).results[-1]
        assert choice.selectable is (found.outcome is PASS)
        assert choice.reason == found.reason


def test_single_subsidised_district_is_preselected() -> None:
    """One subsidised district is preselected; with two or none, no option is preselected."""
    one = Subsidy("120105", date(2026, 1, 1), None)
    other = Subsidy("120106", date(2026, 1, 1), None)

    def chosen(*subsidies: Subsidy) -> tuple[list[str], list[str]]:
        choices = district_options(eligible_case(subsidies=subsidies))
        return [one.code for one in choices if one.selectable], [one.code for one in choices if one.preselected]

    assert chosen(one) == (["120105"], ["120105"])
    assert chosen(one, other) == (["120105", "120106"], [])
    assert chosen() == (list(DISTRICTS), [])
    assert district_options(eligible_case(on=date(2010, 1, 1))) == ()
