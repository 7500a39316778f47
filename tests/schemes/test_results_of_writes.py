"""Results of writes show what they have changed, so that a client's cache need not ask again."""

from tests.hall import Hall
from tests.schemes.flexible_employment.test_registration import form

RECORD = "person { id flexibleEmployment { id current { id status person { id } } eligibility { outcome } } }"
REGISTER = f"""mutation ($input: RegisterFlexibleEmploymentInput!) {{ registerFlexibleEmployment(input: $input) {{
  ... on FlexibleEmploymentRegistered {{ enrolment {{ id }} {RECORD} viewer {{ id {RECORD} }} }} }} }}"""
WITHDRAW = f"""mutation ($input: WithdrawFlexibleEmploymentInput!) {{ withdrawFlexibleEmployment(input: $input) {{
  ... on FlexibleEmploymentWithdrawn {{ enrolment {{ status }} {RECORD} viewer {{ id {RECORD} }} }} }} }}"""
OWN = f"{{ viewer {{ id {RECORD} }} }}"


async def test_results_are_what_a_query_finds_afterwards(hall: Hall) -> None:
    """After each write, its `viewer` and `person` are what the next query reads."""
    before = (await hall.ask(OWN, account="eligible"))["data"]["viewer"]
    assert before["person"]["flexibleEmployment"]["current"] is None
    answer = await hall.ask(REGISTER, {"input": await form(hall)}, "eligible")
    registered = answer["data"]["registerFlexibleEmployment"]
    after = (await hall.ask(OWN, account="eligible"))["data"]["viewer"]
    assert registered["viewer"] == after
    assert registered["person"] == after["person"]
    current = after["person"]["flexibleEmployment"]["current"]
    assert current["person"] == {"id": after["person"]["id"]}
    withdrawal = {"enrolmentId": current["id"], "idempotencyKey": "w"}
    withdrawn = (await hall.ask(WITHDRAW, {"input": withdrawal}, "eligible"))["data"]["withdrawFlexibleEmployment"]
    assert withdrawn == {"enrolment": {"status": "WITHDRAWN"}, "person": before["person"], "viewer": before}


async def test_each_of_several_writes_shows_its_own_result(hall: Hall) -> None:
    """Two writes of one operation: the second one's result is not that of the first."""
    both = """mutation ($input: RegisterInput!, $again: EndSessionInput!) {
      register(input: $input) {
        ... on Registered { person { schemes { scheme current { status } } } enrolment { id } } }
      other: register(input: $input) { ... on Registered { replayed viewer { person { schemes { scheme } } } } }
      endSession(input: $again) { __typename }
    }"""
    values = [
        {"name": "residentialAddress", "value": "天津市和平区南京路1号"},
        {"name": "mobileNumber", "value": "13812345678"},
        {"name": "householdRegistrationType", "value": "11"},
        {"name": "ethnicGroup", "value": "01"},
        {"name": "worksInCity", "value": "true"},
    ]
    filled = await form(hall)
    common = {key: filled[key] for key in ("idempotencyKey", "noticeVersion", "insuredDistrict")}
    data = {"input": common | {"scheme": "FLEXIBLE_EMPLOYMENT", "values": values}, "again": {"sessionId": "x"}}
    answer = (await hall.ask(both, data, "eligible"))["data"]
    [first, _] = answer["register"]["person"]["schemes"]
    assert first == {"scheme": "FLEXIBLE_EMPLOYMENT", "current": {"status": "REGISTERED"}}
    assert answer["other"]["replayed"] is True
    again = f"""mutation ($withdrawal: WithdrawInput!, $input: RegisterInput!) {{
      withdraw(input: $withdrawal) {{ ... on Withdrawn {{ {RECORD} }} }}
      register(input: $input) {{ ... on Registered {{ {RECORD} }} }}
    }}"""
    withdrawal = {"enrolmentId": answer["register"]["enrolment"]["id"], "idempotencyKey": "w"}
    data = {"withdrawal": withdrawal, "input": data["input"] | {"idempotencyKey": "second"}}
    answer = (await hall.ask(again, data, "eligible"))["data"]
    standing = [answer[name]["person"]["flexibleEmployment"]["current"] for name in ("withdraw", "register")]
    assert standing[0] is None
    assert standing[1]["status"] == "REGISTERED"


async def test_staff_see_no_person_through_an_enrolment(hall: Hall) -> None:
    """Staff see a person whom they look up; the way back from an enrolment would show facts that no entry names."""
    person = (await hall.ask("{ viewer { person { id } } }", account="enrolled"))["data"]["viewer"]["person"]["id"]
    document = """query ($id: ID!) { personBy(by: { id: $id }, purpose: "核对") {
      flexibleEmployment { current { id person { id name } } } } }"""
    found = (await hall.ask(document, {"id": person}, "supervisor"))["data"]["personBy"]
    assert found["flexibleEmployment"]["current"]["id"]
    assert found["flexibleEmployment"]["current"]["person"] is None
