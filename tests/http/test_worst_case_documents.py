"""What the dearest documents come to; `make bench-cost` measures how long they take."""

from typing import Any

import httpx
import pytest
from graphql import parse

from api.graphql.limits import LIMITS
from api.http.graphql.error_masking import LONGEST_MESSAGE
from api.http.graphql.query_cost import measure_with_page_size
from api.schema.root import schema
from tests.hall import Hall
from tests.http.worst_case_documents import REQUESTS, WAYS, accepted, largest, written


@pytest.mark.parametrize("way", WAYS)
async def test_no_answer_is_longer_than_its_document_was_weighed(hall: Hall, way: str) -> None:
    """The dearest document of its kind that is let through has no more values in its answer than it costs."""
    account = WAYS[way][1]
    document = written(way, accepted(way))
    answer = (await hall.post(json={"query": document}, account=account)).json()
    assert (
        _values(answer.get("data"))
        <= measure_with_page_size(parse(document), schema._schema)[0].weight.cost
        <= LIMITS.max_cost
    )


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_dearer_is_refused_before_it_is_done(hall: Hall, way: str) -> None:
    """With at most five errors, and without data."""
    if accepted(way) == largest(way):
        pytest.skip("the largest of its kind is let through")
    for number in (accepted(way) + 1, largest(way)):
        answer = (await hall.post(json={"query": written(way, number)}, account=WAYS[way][1])).json()
        assert 0 < len(answer["errors"]) <= LIMITS.max_errors
        assert "data" not in answer


@pytest.mark.parametrize("name", REQUESTS)
async def test_the_dearest_variables_are_answered_or_refused(hall: Hall, name: str) -> None:
    """By a refusal of a few hundred bytes, at most five errors, or data; never by a fault."""
    request, account = REQUESTS[name]
    response = await hall.post(json=request, account=account)
    assert response.status_code in {httpx.codes.OK, httpx.codes.BAD_REQUEST}
    answer = response.json()
    errors = answer.get("errors", ())
    assert len(errors) <= LIMITS.max_errors
    assert all(len(error["message"]) <= LONGEST_MESSAGE and "extensions" not in error for error in errors)
    assert errors or answer["data"]


def _values(answer: Any) -> int:
    inner = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ()
    return sum(_values(each) for each in inner) + (0 if isinstance(answer, dict | list) else 1)
