"""Each scheme of the registry goes all the way, from the notice to the withdrawal, through the front door."""

import json
from typing import Any

import pytest

from api import clock
from api.codes.tables import table
from api.enrolment.recheck import count, recheck
from api.enrolment.scheme import Scheme
from api.law.rule import Verdict
from api.schemes.registry import SCHEMES
from tests.hall import Hall

VERDICT = (
    "eligibility { outcome on rulesVersion results { rule { code history { key value } examples { situation } } } }"
)
OWN = """
query ($scheme: SchemeName!) { viewer { person { scheme(name: $scheme) {
  scheme about { title cost payment formTitle calculator }
  districts { district { code } selectable } eligibility { outcome }
  notice { version title digest clauses { id text } }
  form { name label kind required statement codeTable recorded choices { value } }
  current { id status } enrolments { id status history { status since } }
} } } }
"""
WAITING = """
query ($scheme: SchemeName!) { viewer { person { scheme(name: $scheme) {
  eligibility { becomesEligibleOn nextSteps { title due } }
} } } }"""
REGISTER = """
mutation ($input: RegisterInput!) { register(input: $input) {
  __typename
  ... on Problem { code message }
  ... on Registered { replayed enrolment {
    id scheme status statusSince district { code } channel noticeVersion notice { version } nextSteps { title }
    eligibilityAtRegistration { outcome rulesVersion results { rule { code } } }
    receipt { number digest lines { field label value } } } }
  ... on RegistrationPreview { lines { field label value } eligibility { outcome } }
  ... on InvalidInput { fields { path code message } }
  ... on EnrolmentStands { enrolment { id } }
  ... on NoticeOutdated { current { version } }
  ... on NotEligible { eligibility { results { rule { code } outcome } } }
} }
"""
WITHDRAW = """
mutation ($input: WithdrawInput!) { withdraw(input: $input) {
  __typename ... on Problem { code } ... on Withdrawn { replayed enrolment { id status scheme } }
  ... on WithdrawalClosed { enrolment { id status } }
} }
"""
GIVEN = {
    "ADDRESS": "天津市和平区南京路1号",
    "MOBILE_NUMBER": "138 0000 1234",
    "DECLARATION": "true",
}
ACCOUNT = "eligible"
EVERY = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda scheme: scheme.name)


async def standing(hall: Hall, scheme: Scheme, account: str = ACCOUNT) -> dict[str, Any]:
    """Return what the scheme says to the person of an account."""
    answer = await hall.ask(OWN, {"scheme": scheme.name}, account)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["viewer"]["person"]["scheme"]
    return found


async def filled_in(hall: Hall, scheme: Scheme, **changes: Any) -> dict[str, Any]:
    """Return the form of the scheme as a client fills it in that knows nothing but what the Hall says about it."""
    said = await standing(hall, scheme)
    values = [
        {"name": field["name"], "value": GIVEN.get(field["kind"]) or field["recorded"] or field["choices"][0]["value"]}
        for field in said["form"]
        if field["required"] or field["kind"] == "DECLARATION"
    ]
    return {
        "scheme": scheme.name,
        "idempotencyKey": "a-key",
        "noticeVersion": said["notice"]["version"],
        "insuredDistrict": "120101",
        "values": values,
    } | changes


async def register(hall: Hall, scheme: Scheme, **changes: Any) -> dict[str, Any]:
    """Return the result of enrolling."""
    answer = await hall.ask(REGISTER, {"input": await filled_in(hall, scheme, **changes)}, ACCOUNT)
    assert "errors" not in answer, answer
    result: dict[str, Any] = answer["data"]["register"]
    return result


async def withdraw(hall: Hall, enrolment: str, key: str = "w-key", account: str = ACCOUNT) -> dict[str, Any]:
    """Return the result of withdrawing."""
    given = {"enrolmentId": enrolment, "idempotencyKey": key}
    result: dict[str, Any] = (await hall.ask(WITHDRAW, {"input": given}, account))["data"]["withdraw"]
    return result


@EVERY
async def test_a_day_to_wait_for_is_no_deadline(hall: Hall, scheme: Scheme) -> None:
    """Advice to come back from a day on names that day in its title, and not as a day by which something is due."""
    answer = await hall.ask(WAITING, {"scheme": scheme.name}, "under-sixteen")
    verdict = answer["data"]["viewer"]["person"]["scheme"]["eligibility"]
    awaited = verdict["becomesEligibleOn"]
    assert [step for step in verdict["nextSteps"] if awaited is not None and step["due"] == awaited] == []


@EVERY
async def test_a_scheme_goes_from_the_notice_to_the_withdrawal(hall: Hall, scheme: Scheme) -> None:
    """Notice, verdict, dry run, registration, receipt, verification, withdrawal, and a second registration."""
    said = await standing(hall, scheme)
    assert (said["scheme"], said["about"]["title"], said["current"]) == (scheme.name, scheme.title.zh, None)
    assert said["eligibility"]["outcome"] == "ELIGIBLE"
    assert said["notice"]["clauses"]
    preview = await register(hall, scheme, dryRun=True)
    assert preview["__typename"] == "RegistrationPreview"
    assert (await standing(hall, scheme))["enrolments"] == []
    done = await register(hall, scheme)
    assert (done["__typename"], done["replayed"]) == ("Registered", False), done
    enrolment = done["enrolment"]
    assert (enrolment["scheme"], enrolment["status"], enrolment["channel"]) == (scheme.name, "REGISTERED", "WEB_HALL")
    assert enrolment["id"].startswith(f"{scheme.id_prefix}_")
    assert enrolment["eligibilityAtRegistration"]["outcome"] == "ELIGIBLE"
    receipt = enrolment["receipt"]
    lines = {line["field"]: line["value"] for line in receipt["lines"]}
    assert (lines["service"], lines["insuredDistrict"], lines["mobileNumber"]) == (
        scheme.title.zh, "和平区", "138****1234"
    )  # fmt: skip
    assert {line["field"] for line in preview["lines"]} <= set(lines)
    check = "query ($n: String!, $d: String!) { receiptCheck(number: $n, digest: $d) }"
    printed = {"n": receipt["number"], "d": receipt["digest"]}
    assert (await hall.ask(check, printed))["data"] == {"receiptCheck": "STANDS"}
    assert (await standing(hall, scheme))["current"] == {"id": enrolment["id"], "status": "REGISTERED"}
    gone = await withdraw(hall, enrolment["id"])
    assert gone["enrolment"] == {"id": enrolment["id"], "status": "WITHDRAWN", "scheme": scheme.name}
    assert (await hall.ask(check, printed))["data"] == {"receiptCheck": "ENDED"}
    [history] = [each["history"] for each in (await standing(hall, scheme))["enrolments"]]
    assert [change["status"] for change in history] == ["REGISTERED", "WITHDRAWN"]
    assert (await register(hall, scheme, idempotencyKey="another"))["__typename"] == "Registered"


@EVERY
async def test_a_key_has_one_content_in_every_scheme(hall: Hall, scheme: Scheme) -> None:
    """A repeat replays, other content under the key conflicts, and a second registration returns the first."""
    first = await register(hall, scheme)
    again = await register(hall, scheme)
    assert again["replayed"]
    assert again["enrolment"]["receipt"] == first["enrolment"]["receipt"]
    assert (await register(hall, scheme, insuredDistrict="120102"))["code"] == "IDEMPOTENCY_CONFLICT"
    second = await register(hall, scheme, idempotencyKey="another")
    assert second["code"] == "ALREADY_ENROLLED"
    assert second["enrolment"]["id"] == first["enrolment"]["id"]
    other = next(each for each in SCHEMES.values() if each is not scheme)
    assert (await register(hall, other))["code"] == "IDEMPOTENCY_CONFLICT"
    gone = await withdraw(hall, first["enrolment"]["id"])
    assert not gone["replayed"]
    assert (await withdraw(hall, first["enrolment"]["id"]))["replayed"]
    assert (await withdraw(hall, first["enrolment"]["id"], "other"))["code"] == "NOT_WITHDRAWABLE"


@EVERY
async def test_a_form_says_all_that_is_wrong_at_once(hall: Hall, scheme: Scheme) -> None:
    """An empty form names each required field; an unknown field, an outdated notice and no session are refused."""
    said = await standing(hall, scheme)
    empty = await register(hall, scheme, values=[{"name": "nothing", "value": "x"}], insuredDistrict="")
    wrong = {field["path"][-1]: field["code"] for field in empty["fields"]}
    required = {field["name"]: "REQUIRED" for field in said["form"] if field["required"]}
    assert wrong == required | {"insuredDistrict": "REQUIRED", "nothing": "UNKNOWN_CODE"}
    assert all(field["message"] for field in empty["fields"])
    outdated = await register(hall, scheme, noticeVersion="1999-01-01")
    assert outdated["current"]["version"] == said["notice"]["version"]
    form = await filled_in(hall, scheme)
    nobody = (await hall.ask(REGISTER, {"input": form}))["data"]["register"]
    staff = (await hall.ask(REGISTER, {"input": form}, "clerk"))["data"]["register"]
    assert (nobody["code"], staff["code"]) == ("NOT_SIGNED_IN", "FORBIDDEN")
    assert (await standing(hall, scheme))["enrolments"] == []


@EVERY
async def test_an_enrolment_is_read_by_its_owner_and_with_a_purpose(hall: Hall, scheme: Scheme) -> None:
    """`node` finds it for its owner alone; a clerk of the district says why, and the person sees it."""
    enrolment = (await register(hall, scheme))["enrolment"]["id"]
    node = "query ($id: ID!) { node(id: $id) { ... on Enrolment { id scheme status person { id } } } }"
    own = (await hall.ask(node, {"id": enrolment}, ACCOUNT))["data"]["node"]
    person = own.pop("person")["id"]
    assert own == {"id": enrolment, "scheme": scheme.name, "status": "REGISTERED"}
    assert (await hall.ask(node, {"id": enrolment}, "enrolled"))["data"]["node"] is None
    assert (await hall.ask(node, {"id": enrolment}, "clerk"))["data"]["node"] is None
    by_clerk = """query ($id: ID!, $scheme: SchemeName!) { personBy(by: { id: $id }, purpose: "核对参保信息") {
      scheme(name: $scheme) { enrolments { id scheme status } } } }"""
    opened = (await hall.ask(by_clerk, {"id": person, "scheme": scheme.name}, "clerk"))["data"]["personBy"]
    assert opened["scheme"]["enrolments"][0] == own
    log = "{ viewer { person { accessLog(first: 3) { nodes { purpose fields } } } } }"
    entries = (await hall.ask(log, account=ACCOUNT))["data"]["viewer"]["person"]["accessLog"]["nodes"]
    assert [entry["purpose"] for entry in entries][:2] == ["核对参保信息", scheme.title.zh]
    assert entries[0]["fields"] == ["scheme"]
    assert "insuredDistrict" in entries[1]["fields"]
    assert (await withdraw(hall, enrolment, account="enrolled"))["code"] == "NOT_FOUND"


@EVERY
async def test_rechecking_finds_the_verdict_as_it_was_given(hall: Hall, scheme: Scheme) -> None:
    """The rules of the day of registration decide as they did then."""
    enrolment = (await register(hall, scheme))["enrolment"]["id"]
    found = {each.enrolment: each.differences async for each in recheck(scheme, clock.today())}
    assert found[enrolment] == ()
    assert await count(scheme) == len(found)


@EVERY
async def test_the_rules_shown_are_of_the_scheme_that_is_asked_about(hall: Hall, scheme: Scheme) -> None:
    """Schemes share codes of conditions, and neither clauses nor figures, history nor examples."""
    document = """query ($scheme: SchemeName!) { rules(scheme: $scheme) {
      code clause { id } parameters { key value meaning } history { key value meaning } examples { situation } } }"""
    shown = (await hall.ask(document, {"scheme": scheme.name}))["data"]["rules"]
    assert [rule["code"] for rule in shown] == [rule.code for rule in scheme.rulebook.rules]
    situations = {each.name for each in scheme.scenarios()}
    for rule in shown:
        assert rule["clause"]["id"] in scheme.guide
        assert {each["situation"] for each in rule["examples"]} <= situations
        mine = scheme.history_of(rule["code"])
        assert [(each["key"], each["value"]) for each in rule["history"]] == [(each.key, each.value) for each in mine]
        for other in SCHEMES.values():
            if other is not scheme and rule["code"] in other.rule_codes:
                assert other.history_of(rule["code"]) != mine or not mine
                assert rule["clause"]["id"] not in other.guide


@EVERY
def test_situations_come_out_as_written(scheme: Scheme) -> None:
    """Each situation of scenarios.toml has the verdict in it, which is stored and read back without a loss."""
    for scenario in scheme.scenarios():
        verdict = scheme.judge(scenario.case)
        assert scenario.differences(verdict) == [], scenario.name
        stored = json.loads(json.dumps(verdict.to_data()))
        assert Verdict.from_data(stored, scheme.name) == verdict


@EVERY
def test_rules_read_figures_that_have_a_source(scheme: Scheme) -> None:
    """Each figure is read by a condition, names its legal basis and source, and its code table knows its codes."""
    read = {key for rule in scheme.rulebook.rules for key in (*rule.reads, *rule.reads_if_any)}
    for period in scheme.parameters.periods:
        assert period.key in read
        assert period.legal_basis
        assert period.source
        if period.key in scheme.codes:
            known = table(scheme.codes[period.key])
            assert all(known.get(word) for word in period.value.split())


async def test_two_schemes_stand_beside_each_other(hall: Hall) -> None:
    """Home's list has every scheme, each with its own verdict and enrolment."""
    await register(hall, SCHEMES["RESIDENTS_PENSION"])
    listed = (
        "{ viewer { person { schemes { scheme about { title } current { scheme status } eligibility { outcome } } } } }"
    )
    schemes = (await hall.ask(listed, account=ACCOUNT))["data"]["viewer"]["person"]["schemes"]
    assert [each["scheme"] for each in schemes] == list(SCHEMES)
    stands = {each["scheme"]: each["current"] for each in schemes}
    assert stands["RESIDENTS_PENSION"] == {"scheme": "RESIDENTS_PENSION", "status": "REGISTERED"}
    assert stands["FLEXIBLE_EMPLOYMENT"] is None
