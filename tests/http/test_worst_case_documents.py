"""The most expensive accepted documents and variables; `make bench-cost` measures their time."""

from typing import Any

import httpx
import pytest
from graphql import parse

from api.graphql.limits import LIMITS
from api.http.graphql.error_masking import MAX_MESSAGE_LENGTH
from api.http.graphql.query_cost import measure_with_page_size
from api.schema.root import schema
from tests.hall import Hall
from tests.http.worst_case_documents import KINDS, REQUESTS, accepted, document_text, largest


@pytest.mark.parametrize("way", KINDS)
async def test_response_size_is_within_cost(hall: Hall, way: str) -> None:
    """The largest accepted document of each kind has no more response values than its cost."""
    account = KINDS[way][1]
    document = document_text(way, accepted(way))
    answer = (await hall.post(json={"query": document}, account=account)).json()
    assert (
        _values(answer.get("data"))
        <= measure_with_page_size(parse(document), schema._schema)[0].execution.cost
        <= LIMITS.max_cost
    )


@pytest.mark.parametrize("way", KINDS)
async def test_larger_documents_are_refused(hall: Hall, way: str) -> None:
    """Larger documents of each kind return at most five errors and no data."""
    if accepted(way) == largest(way):
        pytest.skip("the largest document of this kind is accepted")
    for number in (accepted(way) + 1, largest(way)):
        answer = (await hall.post(json={"query": document_text(way, number)}, account=KINDS[way][1])).json()
        assert 0 < len(answer["errors"]) <= LIMITS.max_errors
        assert "data" not in answer


@pytest.mark.parametrize("name", REQUESTS)
async def test_worst_case_variables(hall: Hall, name: str) -> None:
    """Worst-case variables return data, or a short 400 with at most five errors, and never a fault."""
    request, account = REQUESTS[name]
    response = await hall.post(json=request, account=account)
    assert response.status_code in {httpx.codes.OK, httpx.codes.BAD_REQUEST}
    answer = response.json()
    errors = answer.get("errors", ())
    assert len(errors) <= LIMITS.max_errors
    assert all(len(error["message"]) <= MAX_MESSAGE_LENGTH for error in errors)
    assert "INTERNAL" not in {error["extensions"]["code"] for error in errors}
    assert errors or answer["data"]


def _values(answer: Any) -> int:
    inner = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ()
    return sum(_values(each) for each in inner) + (0 if isinstance(answer, dict | list) else 1)
