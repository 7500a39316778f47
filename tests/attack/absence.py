"""Disclosure by comparing responses."""

import re

from tests.attack.promise import promise, require
from tests.attack.target import Target

NUMBERS = {"absent": "120101199003070013", "malformed": "1", "empty": "", "hostile": "1' OR '1'='1"}
REFERENCE = re.compile(rb'"supportReference":"[^"]*"')
PERSON = 'query ($n: String!) { person(idNumber: $n, purpose: "核对") { id name } }'
NODE = 'query ($n: ID!) { node(id: $n) { id } personBy(by: { id: $n }, purpose: "核对") { id } }'
WITHDRAW = """
mutation ($n: ID!) {
  withdrawFlexibleEmployment(input: { enrolmentId: $n, idempotencyKey: "attack-absence" }) {
    __typename ... on Problem { code message supportReference }
  }
}
"""
OWN = '{ viewer { person { id revealed(purpose: "核对") { idNumber } flexibleEmployment { current { id } } } } }'


@promise
async def absent_is_forbidden(target: Target) -> str:
    """Absent and foreign records get the same response, byte for byte."""
    person = (await target.ask(OWN, account="enrolled"))["data"]["viewer"]["person"]
    enrolment = person["flexibleEmployment"]["current"]["id"]
    tries = 0
    for account in ("eligible", None):
        for document, forbidden, absent in (
            (PERSON, [person["revealed"]["idNumber"]], list(NUMBERS.values())),
            (NODE, [person["id"], enrolment], ["person_none", "enrolment_none", "x", ""]),
            (WITHDRAW, [enrolment], ["enrolment_none", "x"]),
        ):
            answers = {
                REFERENCE.sub(b"", (await target.post({"query": document, "variables": {"n": each}}, account)).content)
                for each in forbidden + absent
            }
            tries += len(forbidden + absent)
            require(len(answers) == 1, f"the responses to {account or 'an anonymous client'} differ: {sorted(answers)}")
    return f"{tries} requests"
