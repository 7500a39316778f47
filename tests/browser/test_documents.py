"""How the client asks: by the identifier of a document that the Hall trusts."""

import json

from playwright.async_api import Request, Response

from api.http.graphql.persisted_documents import CLIENT, document_id, document_text
from tests.browser.visitor import Visitor


async def test_a_document_with_fragments_is_known_by_its_identifier(visitor: Visitor) -> None:
    """The client joins the files as the Hall does: one request, which names the digest and is answered."""
    asked: list[Request] = []
    answered: list[Response] = []
    page = visitor.page
    await visitor.sign_in("eligible")
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else None)
    page.on("response", lambda response: answered.append(response) if response.request.method == "POST" else None)
    await visitor.open("#/record")
    known = document_id(document_text(CLIENT / "record.graphql"))
    assert [json.loads(request.post_data or "{}").get("documentId") for request in asked] == [known]
    assert [response.status for response in answered] == [200]
