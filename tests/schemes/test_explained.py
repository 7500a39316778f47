"""The public explanation of the rules: clauses, parameter history, and example scenarios."""

from itertools import pairwise

import pytest

from tests.hall import Hall

RULES = """
query ($on: Date) {
  rules(on: $on) {
    code clause { id text } legalBasis
    parameters { key value from until } history { key value from until } examples { situation on outcome }
  }
}
"""


async def test_rules_are_public(hall: Hall) -> None:
    """Without a session, all nine rules are readable, each with clause, legal basis, and examples that do not pass."""
    rules = (await hall.ask(RULES))["data"]["rules"]
    assert len(rules) == 9
    for rule in rules:
        assert rule["clause"]["text"]
        assert rule["legalBasis"]
        assert rule["examples"]
        assert {"FAIL", "UNKNOWN"} & {example["outcome"] for example in rule["examples"]}


async def test_parameters_have_history(hall: Hall) -> None:
    """The current parameter is the last of its history, which has no gap; a past day gets the parameter of that day."""
    for rule in (await hall.ask(RULES))["data"]["rules"]:
        assert all(figure in rule["history"] for figure in rule["parameters"])
        for earlier, later in pairwise(rule["history"]):
            assert earlier["key"] != later["key"] or earlier["until"] < later["from"]
    documents, *_ = (await hall.ask(RULES, {"on": "2015-01-01"}))["data"]["rules"]
    assert [figure["value"] for figure in documents["parameters"]] == ["01"]
    assert [figure["value"] for figure in documents["history"]] == ["01", "01 16"]


async def test_retirement_ages_cite_law_in_force(hall: Hall) -> None:
    """Until 2024 国发〔1978〕104号, from 2025 the Decision and its Measures: the same age, in two periods."""
    query = "{ rules { code legalBasis history { key value from until legalBasis source } } }"
    rule = next(rule for rule in (await hall.ask(query))["data"]["rules"] if rule["code"] == "RETIREMENT_AGE")
    for key, age in (("men", "60"), ("women_55", "55"), ("women_50", "50")):
        old, new = (figure for figure in rule["history"] if figure["key"] == f"retirement_age_{key}")
        assert (old["value"], old["from"], old["until"]) == (age, "1978-06-02", "2024-12-31")
        assert (new["value"], new["from"], new["until"]) == (age, "2025-01-01", None)
        assert "国发〔1978〕104号" in old["legalBasis"]
        assert new["legalBasis"] == (
            "《全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定》；《国务院关于渐进式延迟法定退休年龄的办法》第一条"
        )
    assert "1978" not in rule["legalBasis"]
    assert all(figure["source"] for figure in rule["history"])
    cited = [figure["legalBasis"] for figure in rule["history"] if "20号" in figure["legalBasis"]]
    assert cited
    assert [basis for basis in cited if "20号）第" in basis or "20号第" in basis] == []


async def test_parameters_have_readable_meaning(hall: Hall) -> None:
    """Codes are displayed by name, words as texts, numbers unchanged; in both languages."""
    query = "query ($l: Language) { rules { history { key value meaning(language: $l) } } }"
    meanings: dict[tuple[str, str], dict[str, str]] = {}
    for language in ("ZH", "EN"):
        for rule in (await hall.ask(query, {"l": language}))["data"]["rules"]:
            for figure in rule["history"]:
                meanings.setdefault((figure["key"], figure["value"]), {})[language] = figure["meaning"]
    assert meanings["admitted_id_types", "01"]["ZH"] == "居民身份证（户口簿）"
    assert meanings["first_time_channels", "APP COUNTER"] == {"ZH": "手机APP、窗口", "EN": "mobile app, counter"}
    assert meanings["minimum_age", "16"] == {"ZH": "16", "EN": "16"}
    districts = next(meaning for (key, _), meaning in meanings.items() if key == "districts")
    assert districts["ZH"].startswith("和平区、")
    raw = {key for (key, value), meaning in meanings.items() if meaning["ZH"] == value and not value.isdigit()}
    assert raw == {"retirement_delay_begins"}, "a month is written as it is"


RETIREMENT = """query ($sex: String!, $born: Date!) {
  retirementDate(sex: $sex, birthDate: $born) {
    __typename
    ... on Retirement { date }
    ... on InvalidInput { fields { path code message(language: EN) } }
  }
  retirement(sex: $sex, birthDate: $born) { date }
}"""


@pytest.mark.parametrize(
    ("sex", "born", "problems"),
    [
        ("1", "1990-05-01", {}),
        ("3", "1990-05-01", {"sex": "UNKNOWN_CODE"}),
        ("", "1190-05-01", {"sex": "UNKNOWN_CODE", "birthDate": "INCONSISTENT"}),
        ("2", "2999-01-01", {"birthDate": "INCONSISTENT"}),
    ],
)
async def test_retirement_date_says_why_there_is_none(
    hall: Hall, sex: str, born: str, problems: dict[str, str]
) -> None:
    """`retirementDate` reports each invalid argument; `retirement` is null then."""
    answer = (await hall.ask(RETIREMENT, {"sex": sex, "born": born}))["data"]
    told, plain = answer["retirementDate"], answer["retirement"]
    if not problems:
        assert told == {"__typename": "Retirement"} | plain
        return
    assert plain is None
    assert {each["path"][0]: each["code"] for each in told["fields"]} == problems
    assert all(each["message"] for each in told["fields"])


async def test_enums_and_spans_replace_texts(hall: Hall) -> None:
    """Roles, origins of facts and spans of months have types of their own, equal to the texts that they replace."""
    document = """{
      viewer { role roles person { flexibleEmployment { eligibility { results { facts { origin source } } } } } }
      contributions { ... on Contributions { firstMonth lastMonth span { from until } } }
      declarationWindow { periods { firstMonth lastMonth span { from until } } }
    }"""
    data = (await hall.ask(document, account="eligible"))["data"]
    assert data["viewer"]["roles"] == [data["viewer"]["role"]]
    results = data["viewer"]["person"]["flexibleEmployment"]["eligibility"]["results"]
    facts = [fact for result in results for fact in result["facts"]]
    assert len({fact["origin"] for fact in facts}) > 1
    assert all(fact["origin"].lower() == fact["source"] for fact in facts)
    for each in (data["contributions"], *data["declarationWindow"]["periods"]):
        assert each["span"] == {"from": each["firstMonth"], "until": each["lastMonth"]}
