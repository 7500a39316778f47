"""Malicious strings in every place of the schema."""

import json
from uuid import uuid4

from api.graphql.limits import LIMITS
from api.schema.root import schema
from tests.attack.promise import promise, require
from tests.attack.target import Target
from tests.malicious_input.places import places
from tests.malicious_input.strings import OTHERS, TEXTS

EVERY = 17


@promise
async def hostile_strings(target: Target) -> str:
    """Malicious input in any place of the schema gets a typed response or a reason, and causes no fault."""
    tries = 0
    written = [json.dumps(text, ensure_ascii=False) for text in TEXTS] + list(OTHERS)
    # Too long bodies are covered by another promise.
    values = [value for value in written if len(value.encode()) < LIMITS.max_body_bytes - 2000]
    for number, place in enumerate(places(schema._schema)):
        if place.name.startswith("Mutation.sign"):
            continue
        for value in values[number % EVERY :: EVERY]:
            document = place.document.replace("KEY", uuid4().hex).replace("NUMBER", "x")
            body = f'{{"query": {json.dumps(document)}, "variables": {{"hostile": {value}}}}}'
            headers = {"Content-Type": "application/json"}
            response = await target.post(body.encode(), "eligible", headers=headers)
            tries += 1
            require(response.status_code in {200, 400, 413}, f"{place.name} answered {response.status_code}")
            faults = [each for each in response.json().get("errors", ()) if each["extensions"]["code"] == "INTERNAL"]
            require(not faults, f"{place.name} caused a fault")
    return f"{tries} values"
