"""How we decide, for anyone: each rule with its clause, its figures through time, and situations that show it."""

from itertools import pairwise

from tests.hall import Hall

RULES = """
query ($on: Date) {
  rules(on: $on) {
    code clause { id text } legalBasis
    parameters { key value from until } history { key value from until } examples { situation on outcome }
  }
}
"""


async def test_anyone_can_read_how_the_hall_decides(hall: Hall) -> None:
    """Signed out: eight rules, each with its clause, its legal basis, and situations that do not simply pass."""
    rules = (await hall.ask(RULES))["data"]["rules"]
    assert len(rules) == 8
    for rule in rules:
        assert rule["clause"]["text"]
        assert rule["legalBasis"]
        assert rule["examples"]
        assert {"FAIL", "UNKNOWN"} & {example["outcome"] for example in rule["examples"]}


async def test_figures_are_told_through_time(hall: Hall) -> None:
    """What is in force today is the last of its history, which has no gap; the past is told by the day asked about."""
    for rule in (await hall.ask(RULES))["data"]["rules"]:
        assert all(figure in rule["history"] for figure in rule["parameters"])
        for earlier, later in pairwise(rule["history"]):
            assert earlier["key"] != later["key"] or earlier["until"] < later["from"]
    documents, *_ = (await hall.ask(RULES, {"on": "2015-01-01"}))["data"]["rules"]
    assert [figure["value"] for figure in documents["parameters"]] == ["01"]
    assert [figure["value"] for figure in documents["history"]] == ["01", "01 16"]
