"""What flexible employment pays, through the front door: for anyone, and with the subsidy of one's own record."""

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
GIVEN = "firstMonth: $month, period: $period, base: $base, amount: $amount, insurances: $insurances"
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
    f"query ({ARGUMENTS}, $subsidised: Boolean) {{ contributions({GIVEN}, subsidised: $subsidised) {{ {ANSWER} }} }}"
)
OWN = f"""query ({ARGUMENTS}) {{
  viewer {{ person {{ flexibleEmployment {{ contributions({GIVEN}) {{ {ANSWER} }} }} }} }}
}}"""


async def asked(hall: Hall, **given: Any) -> Any:
    """Return what anyone is answered."""
    answer = await hall.ask(PUBLIC, given)
    assert "errors" not in answer
    return answer["data"]["contributions"]


async def own(hall: Hall, account: str, **given: Any) -> Any:
    """Return what a person is answered about themselves."""
    answer = await hall.ask(OWN, given, account)
    assert "errors" not in answer
    return answer["data"]["viewer"]["person"]["flexibleEmployment"]["contributions"]


async def test_anyone_learns_what_the_lowest_base_costs(hall: Hall) -> None:
    """2026: 1,036.00 and 440.30 make 1,476.30 yuan a month, for reference, before what comes on top."""
    found = await asked(hall, month="2026-04")
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


async def test_an_official_answer_needs_no_caution(hall: Hall) -> None:
    """With a stated base, only official rates make up the amount; nothing medical, nothing on top."""
    found = await asked(hall, month="2026-04", base="AMOUNT", amount="６,000 元", insurances=["110"])
    assert (found["amount"], found["confidence"], found["caution"], found["onTop"]) == (120_000, "OFFICIAL", None, [])


async def test_every_figure_is_told_with_its_source(hall: Hall) -> None:
    """Name, value with its unit, days, legal basis, source and how sure it is; names and values in both languages."""
    found = await asked(hall, month="2026-04", language="EN")
    figures = {figure["key"]: figure for figure in found["figures"]}
    lowest = figures["contribution_base_lowest"]
    assert (lowest["title"], lowest["value"]) == ("Lowest base", "5,180 yuan a month")
    assert (lowest["from"], lowest["until"], lowest["confidence"]) == ("2026-01-01", "2026-12-31", "SECONDARY")
    assert lowest["legalBasis"].startswith("津人社局发〔2026〕5号")
    assert figures["medical_rate"]["confidence"] == "OFFICIAL"
    assert all(figure["source"] and figure["legalBasis"] for figure in found["figures"])


async def test_what_has_no_figure_is_said_and_the_rest_is_computed(hall: Hall) -> None:
    """The whole of 2026: medical insurance for the ten months whose rate is known, pension for twelve."""
    found = await asked(hall, month="2026-01", period="YEAR")
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
async def test_what_cannot_be_computed_is_explained(
    hall: Hall, given: dict[str, Any], fields: dict[tuple[str, ...], str]
) -> None:
    """A typed answer in both languages, which repeats nothing of what was typed; never an error."""
    for language in ("ZH", "EN"):
        found = await asked(hall, **{"month": "2026-04", **given}, language=language)
        assert (found["__typename"], found["code"]) == ("InvalidInput", "INVALID_INPUT")
        assert {tuple(field["path"]): field["code"] for field in found["fields"]} == fields
        assert all(field["message"] and "5000" not in field["message"] for field in found["fields"])


async def test_all_arguments_may_be_null(hall: Hall) -> None:
    """Then it is the month that can be declared today, or next: both insurances at the lowest base, if it is known."""
    window = declaration_window(clock.today())
    assert window is not None
    names = ("month", "period", "base", "amount", "insurances", "subsidised")
    found = await asked(hall)
    nulls = await asked(hall, **dict.fromkeys(names))
    assert {**nulls, "supportReference": ""} == {**found, "supportReference": ""}
    if found["__typename"] == "Contributions":
        assert (found["period"], found["firstMonth"], found["months"]) == ("MONTH", f"{window.closes_on:%Y-%m}", 1)
    else:
        assert [field["code"] for field in found["fields"]] == ["NO_FIGURE"]


async def test_who_says_that_a_subsidy_runs_learns_what_it_gives_back(hall: Hall) -> None:
    """600 for the pension and 200 for medical insurance a month; what is to be paid stays, and what is left is told."""
    found = await asked(hall, month="2026-04", period="QUARTER", subsidised=True)
    assert (found["amount"], found["subsidy"], found["amountAfterSubsidy"]) == (442_890, 240_000, 202_890)
    assert [line["subsidy"] for line in found["lines"]] == [180_000, 60_000]


async def test_one_s_own_subsidy_counts_in_the_months_in_which_it_runs(hall: Hall) -> None:
    """From the month after it was approved to the month in which it ends; the months around it have none."""
    account = await Account.get(name="subsidised").prefetch_related("person")
    assert account.person is not None
    await Subsidy.filter(person_id=account.person.id).delete()
    await Subsidy.create(
        person_id=account.person.id, district="120105", starts_on=date(2026, 5, 15), ends_on=date(2026, 10, 10)
    )
    found = await own(hall, "subsidised", month="2026-04", period="YEAR")
    assert (found["months"], found["subsidy"]) == (9, 5 * 80_000)
    assert any("2026年4月至5月、11月至12月没有社保补贴" in note for note in found["notes"])
    assert (await own(hall, "subsidised", month="2026-05"))["subsidy"] == 0
    assert (await own(hall, "subsidised", month="2026-06"))["subsidy"] == 80_000
    assert (await own(hall, "subsidised", month="2026-06", insurances=["310"]))["subsidy"] == 20_000


async def test_one_without_a_subsidy_gets_none(hall: Hall) -> None:
    """The answer about oneself is the public one, where the record has no subsidy."""
    given = {"month": "2026-04", "base": "HIGHEST"}
    assert await own(hall, "eligible", **given) == await asked(hall, **given)
