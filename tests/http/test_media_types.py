"""Content negotiation by the Accept header."""

import pytest

from api.http.graphql.media_types import RESPONSE, choose_media_type
from api.http.responses import JSON, HTTPRefusal

CHOSEN = {
    None: JSON,
    "": JSON,
    "*/*": JSON,
    "application/*": JSON,
    "application/json": JSON,
    "application/json; charset=utf-8": JSON,
    "application/graphql-response+json": RESPONSE,
    "application/graphql-response+json; charset=utf-8": RESPONSE,
    "Application/GraphQL-Response+JSON": RESPONSE,
    "application/graphql-response+json, application/json": RESPONSE,
    "application/json, application/graphql-response+json": RESPONSE,
    "application/graphql-response+json, application/json;q=0.9": RESPONSE,
    "application/graphql-response+json;q=0.5, application/json;q=0.9": JSON,
    "application/graphql-response+json;q=0.1, application/json;q=0.1": RESPONSE,
    "application/json, */*;q=0.1": JSON,
    "application/graphql-response+json, */*;q=0.1": RESPONSE,
    "application/graphql-response+json;q=0, */*": JSON,
    "application/json;q=0, */*": RESPONSE,
    "text/html, application/xhtml+xml, */*;q=0.8": JSON,
    "application/json;q=high, application/graphql-response+json;q=0.1": RESPONSE,
    ",,application/json": JSON,
}
REFUSED = (
    "text/html",
    "application/xml, text/*",
    "application/json;q=0",
    "application/json; charset=utf-16",
    "application/json;q=nonsense",
    ";;;",
)


@pytest.mark.parametrize(("accept", "chosen"), CHOSEN.items())
def test_preferred_media_type_is_chosen(accept: str | None, chosen: str) -> None:
    """The choice follows quality, then specificity; a tie returns application/graphql-response+json."""
    assert choose_media_type(accept) == chosen


@pytest.mark.parametrize("accept", REFUSED)
def test_unacceptable_media_types_are_406(accept: str) -> None:
    """Without an acceptable media type, 406 names the supported ones."""
    with pytest.raises(HTTPRefusal, match=JSON) as refused:
        choose_media_type(accept)
    assert refused.value.status == 406
