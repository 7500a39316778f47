"""gql: the operations of journey.graphql, checked against the introspected schema. The argument is the address."""

import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from form import ACCOUNT, form
from gql import Client, GraphQLRequest
from gql.transport.httpx import HTTPXTransport

DOCUMENTS = (Path(__file__).parents[1] / "journey.graphql").read_text("utf-8")


def main(address: str) -> None:
    """Take the journey."""
    client = Client(transport=HTTPXTransport(url=address), fetch_schema_from_transport=True)
    with client as session:

        def send(operation: str, **variables: Any) -> Any:
            request = GraphQLRequest(DOCUMENTS, variable_values=variables, operation_name=operation)
            (found,) = session.execute(request).values()
            return found

        assert send("SignIn", input=ACCOUNT)["viewer"]["account"] == ACCOUNT["account"]
        for purpose in "一二三":
            send("Reveal", purpose=purpose)
        person = send("Home", first=2)["person"]
        assert person["flexibleEmployment"]["eligibility"] == {"outcome": "ELIGIBLE"}
        log = person["accessLog"]
        further = send("Home", first=1, after=log["pageInfo"]["endCursor"])["person"]["accessLog"]
        assert len({edge["node"]["id"] for edge in [*log["edges"], *further["edges"]]}) == 3
        filled = form(send("Notice")["version"])
        assert send("Register", input=filled | {"dryRun": True})["lines"]
        registered = send("Register", input=filled)
        assert registered["person"]["flexibleEmployment"]["current"]["id"] == registered["enrolment"]["id"]
        withdrawal = {"enrolmentId": registered["enrolment"]["id"], "idempotencyKey": str(uuid4())}
        withdrawn = send("Withdraw", input=withdrawal)
        assert withdrawn["enrolment"]["status"] == "WITHDRAWN"
        assert withdrawn["person"]["flexibleEmployment"]["current"] is None


main(sys.argv[1])
