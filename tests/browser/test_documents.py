"""The client sends identifiers of trusted documents."""

import json

from playwright.async_api import Request, Response

from api.http.graphql.persisted_documents import CLIENT, document_id, document_text
from tests.browser.visitor import Visitor


async def test_document_with_fragments_is_sent_by_id(visitor: Visitor) -> None:
    """The client's identifier of a document with fragments is known to the server."""
    requests: list[Request] = []
    responses: list[Response] = []
    page = visitor.page
    await visitor.sign_in("eligible")
    page.on("request", lambda request: requests.append(request) if request.method == "POST" else None)
    page.on("response", lambda response: responses.append(response) if response.request.method == "POST" else None)
    await visitor.open("#/record")
    expected = document_id(document_text(CLIENT / "record.graphql"))
    assert [json.loads(request.post_data or "{}").get("documentId") for request in requests] == [expected]
    assert [response.status for response in responses] == [200]
