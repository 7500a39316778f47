"""Contribution queries through the HTTP API: the public query, and the query that uses the person's own subsidy."""

from datetime import date
from typing import Any

import pytest

from api import clock
from api.accounts.models import Account
from api.people.models import Subsidy
from api.schemes.shared.declaration_window import declaration_window
from tests.hall import Hall

ARGUMENTS = """$month: String, $period: DeclarationKind, $base: ContributionBase, $amount: String,
    $insurances: [String!], $language: Language"""
FIELD_ARGUMENTS = "firstMonth: $month, period: $period, base: $base, amount: $amount, insurances: $insurances"
ANSWER = """
  __typename
  ... on Contributions {
    period firstMonth lastMonth months base lowestBase highestBase amount complete ownAccount subsidy amountAfterSubsidy
    confidence caution(language: $language) notes(language: $language)
    lines {
      insurance { code name } rate months missingMonths monthlyAmount amount ownAccount subsidy confidence
    }
    onTop { title(language: $language) yearlyAmount confidence }
    figures { key title(language: $language) value(language: $language) from until legalBasis source confidence }
  }
  ... on Problem { code message supportReference }
  ... on InvalidInput { fields { path code message(language: $language) } }
"""
PUBLIC = (
    f"query ({ARGUMENTS}, $subsidised: Boolean) {{ contributions({FIELD_ARGUMENTS}, subsidised: $subsidised)"
    f" {{ {ANSWER} }} }}"
)
OWN = f"""query ({ARGUMENTS}) {{
  viewer {{ person {{ flexibleEmployment {{ contributions({FIELD_ARGUMENTS}) {{ {ANSWER} }} }} }} }}
}}"""


async def public_contributions(hall: Hall, **given: Any) -> Any:
    """Return the answer to the public query, sent without a session."""
    answer = await hall.ask(PUBLIC, given)
    assert "errors" not in answer
    return answer["data"]["contributions"]


async def own_contributions(hall: Hall, account: str, **given: Any) -> Any:
    """Return the answer to the query of a signed-in person."""
    answer = await hall.ask(OWN, given, account)
    assert "errors" not in answer
    return answer["data"]["viewer"]["person"]["flexibleEmployment"]["contributions"]


async def test_lowest_base_without_session(hall: Hall) -> None:
    """A client without a session gets the 2026 amounts: 1,036.00 + 440.30 = 1,476.30 yuan a month, with a caution."""
    found = await public_contributions(hall, month="2026-04")
    assert (found["amount"], found["base"]) == (147_630, 518_000)
    assert (found["lowestBase"], found["highestBase"]) == (518_000, 2_590_200)
    assert [(line["insurance"]["code"], line["rate"], line["amount"]) for line in found["lines"]] == [
        ("110", "20%", 103_600),
        ("310", "8.5%", 44_030),
    ]
    assert (found["complete"], found["ownAccount"], found["subsidy"]) == (True, 41_440, 0)
    assert (found["confidence"], found["caution"]) == ("SECONDARY", "参考，以税务部门核定为准。")
    assert found["onTop"] == [
        {"title": "大额医疗救助", "yearlyAmount": 26_000, "confidence": "SECONDARY"},
        {"title": "长期护理保险", "yearlyAmount": None, "confidence": None},
    ]


async def test_official_rates_have_no_caution(hall: Hall) -> None:
    """An amount of a stated base and official rates alone has no caution and no additional charges."""
    found = await public_contributions(hall, month="2026-04", base="AMOUNT", amount="６,000 元", insurances=["110"])
    assert (found["amount"], found["confidence"], found["caution"], found["onTop"]) == (120_000, "OFFICIAL", None, [])


async def test_figures_have_sources(hall: Hall) -> None:
    """Each figure has title, value and unit in both languages, its period, legal basis, source and confidence."""
    found = await public_contributions(hall, month="2026-04", language="EN")
    figures = {figure["key"]: figure for figure in found["figures"]}
    lowest = figures["contribution_base_lowest"]
    assert (lowest["title"], lowest["value"]) == ("Lowest base", "5,180 yuan a month")
    assert (lowest["from"], lowest["until"], lowest["confidence"]) == ("2026-01-01", "2026-12-31", "SECONDARY")
    assert lowest["legalBasis"].startswith("津人社局发〔2026〕5号")
    assert figures["medical_rate"]["confidence"] == "OFFICIAL"
    assert all(figure["source"] and figure["legalBasis"] for figure in found["figures"])


async def test_months_without_figure_are_listed(hall: Hall) -> None:
    """Months without a rate are listed as missing; the amount covers the others: 10 medical, 12 pension months."""
    found = await public_contributions(hall, month="2026-01", period="YEAR")
    pension, medical = found["lines"]
    assert (found["firstMonth"], found["lastMonth"], found["months"]) == ("2026-01", "2026-12", 12)
    assert (pension["months"], pension["missingMonths"], pension["amount"]) == (12, [], 1_243_200)
    assert (medical["months"], medical["missingMonths"]) == (10, ["2026-01", "2026-02"])
    assert (medical["monthlyAmount"], medical["amount"]) == (44_030, 440_300)
    assert (found["complete"], found["amount"]) == (False, 1_683_500)
    assert "没有查到2026年1月至2月" in found["notes"][0]


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"base": "AMOUNT", "amount": "5179.99"}, {("amount",): "TOO_LOW"}),
        ({"base": "AMOUNT", "amount": "30000"}, {("amount",): "TOO_HIGH"}),
        ({"base": "AMOUNT", "amount": "1" * 39}, {("amount",): "TOO_HIGH"}),
        ({"base": "AMOUNT", "amount": "9" * 5000}, {("amount",): "BAD_FORMAT"}),
        ({"base": "AMOUNT"}, {("amount",): "REQUIRED"}),
        ({"insurances": ["210"]}, {("insurances",): "NOT_SELECTABLE"}),
        ({"insurances": ["x" * 5000]}, {("insurances",): "UNKNOWN_CODE"}),
        ({"insurances": []}, {("insurances",): "REQUIRED"}),
        ({"month": "2023-06"}, {("firstMonth",): "NO_FIGURE"}),
        ({"month": "0000-06"}, {("firstMonth",): "BAD_FORMAT"}),
        ({"month": "9999-12"}, {("firstMonth",): "NO_FIGURE"}),
    ],
)
async def test_invalid_arguments_return_invalid_input(
    hall: Hall, given: dict[str, Any], fields: dict[tuple[str, ...], str]
) -> None:
    """Invalid arguments return InvalidInput with messages in both languages that do not repeat the input."""
    for language in ("ZH", "EN"):
        found = await public_contributions(hall, **{"month": "2026-04", **given}, language=language)
        assert (found["__typename"], found["code"]) == ("InvalidInput", "INVALID_INPUT")
        assert {tuple(field["path"]): field["code"] for field in found["fields"]} == fields
        assert all(field["message"] and "5000" not in field["message"] for field in found["fields"])


async def test_null_arguments_use_defaults(hall: Hall) -> None:
    """Null arguments mean the defaults: the month of the current or next window, both insurances, the lowest base."""
    window = declaration_window(clock.today())
    assert window is not None
    names = ("month", "period", "base", "amount", "insurances", "subsidised")
    found = await public_contributions(hall)
    nulls = await public_contributions(hall, **dict.fromkeys(names))
    assert {**nulls, "supportReference": ""} == {**found, "supportReference": ""}
    if found["__typename"] == "Contributions":
        assert (found["period"], found["firstMonth"], found["months"]) == ("MONTH", f"{window.closes_on:%Y-%m}", 1)
    else:
        assert [field["code"] for field in found["fields"]] == ["NO_FIGURE"]


async def test_subsidised_argument_computes_subsidy(hall: Hall) -> None:
    """With `subsidised`, the answer has the subsidy (600 + 200 yuan a month), the full amount, and the difference."""
    found = await public_contributions(hall, month="2026-04", period="QUARTER", subsidised=True)
    assert (found["amount"], found["subsidy"], found["amountAfterSubsidy"]) == (442_890, 240_000, 202_890)
    assert [line["subsidy"] for line in found["lines"]] == [180_000, 60_000]


async def test_recorded_subsidy_counts_in_its_months(hall: Hall) -> None:
    """A subsidy counts from the month after its approval to the month in which it ends."""
    account = await Account.get(name="subsidised").prefetch_related("person")
    assert account.person is not None
    await Subsidy.filter(person_id=account.person.id).delete()
    await Subsidy.create(
        person_id=account.person.id, district="120105", starts_on=date(2026, 5, 15), ends_on=date(2026, 10, 10)
    )
    found = await own_contributions(hall, "subsidised", month="2026-04", period="YEAR")
    assert (found["months"], found["subsidy"]) == (9, 5 * 80_000)
    assert any("2026年4月至5月、11月至12月没有社保补贴" in note for note in found["notes"])
    assert (await own_contributions(hall, "subsidised", month="2026-05"))["subsidy"] == 0
    assert (await own_contributions(hall, "subsidised", month="2026-06"))["subsidy"] == 80_000
    assert (await own_contributions(hall, "subsidised", month="2026-06", insurances=["310"]))["subsidy"] == 20_000


async def test_own_answer_without_subsidy_equals_public_answer(hall: Hall) -> None:
    """For a record without a subsidy, the person's answer equals the public one."""
    given = {"month": "2026-04", "base": "HIGHEST"}
    assert await own_contributions(hall, "eligible", **given) == await public_contributions(hall, **given)
