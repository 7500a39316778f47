"""Malicious input in every place: a typed response, and stored byte for byte or not at all."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from tortoise import Tortoise

from api.accounts.models import Account
from api.enrolment.status import EnrolmentStatus
from api.people.models import Person
from api.schema.root import schema
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from tests.conftest import DATABASE
from tests.durability.scale import IS_FULL
from tests.hall import Hall
from tests.http.sample import JSON
from tests.malicious_input.places import Place, places
from tests.malicious_input.strings import MARK, MARKED, in_json

CLIENT_ERRORS = {"BAD_REQUEST", "BAD_USER_INPUT", "CONTENT_TOO_LARGE"}
PLACES = list(places(schema._schema))
# By default the places of one type share the values, so that each value is tried in at least one of them; in
# `make test-all` each place gets all. Stored inputs get all texts in each run: see below.
SHARES = 1 if IS_FULL else 5 if DATABASE == "sqlite" else 10
# Values of other types, such as enumerations, reach no database.
REACHING = ("String", "[String", "ID", "Int", "Date")
TRIED = [place for place in PLACES if IS_FULL or DATABASE == "sqlite" or place.type.startswith(REACHING)]


def account_for(place: Place) -> str | None:
    """Return the account that reaches the place."""
    if "current" in place.document:
        return "enrolled"
    if place.name.startswith("Mutation.sign"):
        return None
    return "supervisor" if "people" in place.document or "node(" in place.document else "eligible"


@pytest.mark.parametrize("place", TRIED, ids=lambda place: place.name)
async def test_input_gets_typed_response(hall: Hall, place: Place) -> None:
    """The response is data, a Problem, or a client error with a reason; never a fault, and never the input itself."""
    alike = [each for each in PLACES if each.type == place.type]
    shares, mine = min(SHARES, len(alike)), alike.index(place)
    account, takes_text = account_for(place), place.type.startswith(("String", "ID"))
    browser = await hall.browser(account)
    person = await Person.get_or_none(account__name=account or "eligible")
    for value in in_json(for_text=takes_text, shares=shares, mine=mine):
        document = place.document.replace("KEY", uuid4().hex).replace("NUMBER", person.id_number if person else "x")
        body = f'{{"query": {json.dumps(document)}, "variables": {{"hostile": {value}}}}}'
        response = await browser.post("/graphql", content=body.encode(), headers=JSON)
        assert response.status_code in {200, 400, 413}, (value[:80], response.text[:300])
        answer = response.json()
        for error in answer.get("errors", ()):
            assert error["message"]
            assert error["extensions"]["code"] in CLIENT_ERRORS, (value[:80], error)
            assert MARK not in error["message"]
        if takes_text and _is_text(value):
            assert "errors" not in answer, (value[:80], answer)


def _is_text(value: str) -> bool:
    return value.startswith('"') and "\\u" not in value and len(value) < 30_000


FORM = {
    "noticeVersion": "2026-11-30",
    "insuredDistrict": "120101",
    "householdRegistrationType": "11",
    "ethnicGroup": "01",
    "residentialAddress": "天津市和平区海光路1号",
    "mobileNumber": "13800001234",
}
ENROL = """mutation ($input: RegisterFlexibleEmploymentInput!) { registerFlexibleEmployment(input: $input) {
    __typename ... on FlexibleEmploymentRegistered { enrolment { id } } ... on InvalidInput { fields { path } } } }"""
WITHDRAW = (
    "mutation ($input: WithdrawFlexibleEmploymentInput!) { withdrawFlexibleEmployment(input: $input) { __typename } }"
)
REVEAL = "query ($why: String!) { viewer { person { revealed(purpose: $why) { declared { residentialAddress } } } } }"
WRITTEN = (*FORM, "idempotencyKey")


@pytest.mark.parametrize("name", WRITTEN)
async def test_form_is_stored_unchanged_or_rejected(hall: Hall, name: str) -> None:
    """Each marked text in a form field is stored unchanged or rejected, which a scan of all tables verifies."""
    for text in MARKED:
        given = {"idempotencyKey": uuid4().hex} | FORM | {name: text}
        answer = await hall.ask(ENROL, {"input": given}, "eligible")
        result = answer["data"]["registerFlexibleEmployment"]
        if result["__typename"] == "InvalidInput":
            assert result["fields"] == [{"path": ["input", name]}]
        elif result["__typename"] == "FlexibleEmploymentRegistered":
            if name == "residentialAddress":
                seen = await hall.ask(REVEAL, {"why": "核对"}, "eligible")
                newest = seen["data"]["viewer"]["person"]["revealed"]["declared"][0]
                assert newest["residentialAddress"] == text.strip()
            await _withdraw(result["enrolment"]["id"])
        else:
            assert (result["__typename"], name) == ("NoticeOutdated", "noticeVersion")
    await _stored_marked_texts()


async def test_reasons_are_stored_unchanged_or_rejected(hall: Hall) -> None:
    """Each marked reason or purpose is stored unchanged or rejected."""
    for text in MARKED:
        await hall.ask(REVEAL, {"why": text}, "eligible")
    account = await Account.get(name="eligible")
    await hall.ask(ENROL, {"input": {"idempotencyKey": uuid4().hex} | FORM}, "eligible")
    for text in MARKED:
        await FlexibleEmploymentEnrolment.filter(person_id=account.person_id).update(status=EnrolmentStatus.REGISTERED)
        enrolment = await FlexibleEmploymentEnrolment.get(person_id=account.person_id)
        given = {"enrolmentId": enrolment.public_id, "idempotencyKey": uuid4().hex, "reason": text}
        answer = await hall.ask(WITHDRAW, {"input": given}, "eligible")
        kind = answer["data"]["withdrawFlexibleEmployment"]["__typename"]
        stored_reason = (await FlexibleEmploymentEnrolment.get(person_id=account.person_id)).withdrawal_reason
        assert kind in {"FlexibleEmploymentWithdrawn", "InvalidInput"}
        assert (stored_reason == text.strip()) == (kind == "FlexibleEmploymentWithdrawn")
        await FlexibleEmploymentEnrolment.filter(person_id=account.person_id).update(withdrawal_reason=None)
    stored = await _stored_marked_texts()
    assert len(stored) > 50


async def _withdraw(public_id: str) -> None:
    await FlexibleEmploymentEnrolment.filter(public_id=public_id).update(status=EnrolmentStatus.WITHDRAWN)


async def _stored_marked_texts() -> set[str]:
    """Return the marked texts of all tables; each must be one of those that were sent."""
    models = Tortoise.apps["hall"].values() if Tortoise.apps else ()
    stored = {text for model in models for row in await model.all().values() for text in _texts(row) if MARK in text}
    assert stored <= {text.strip() for text in MARKED}
    return stored


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
