"""What a GraphQL request must look like: everything malformed gets a 4xx that says what to do, and never a 5xx."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.graphql.limits import LIMITS
from api.http.graphql import request_parsing
from tests.http.sample import JSON, SECRET, edge

GOOD = b'{"query": "{ thing { name } }"}'


MALFORMED = {
    "nothing": b"",
    "null": b"null",
    "a number": b"1",
    "a string": b'"{ thing { name } }"',
    "a batch": b"[" + GOOD + b"]",
    "an empty batch": b"[]",
    "broken JSON": b'{"query": ',
    "two objects": GOOD + GOOD,
    "no query": b"{}",
    "a null query": b'{"query": null}',
    "a numeric query": b'{"query": 1}',
    "an empty query": b'{"query": " "}',
    "variables as a list": b'{"query": "{ a }", "variables": []}',
    "variables as a string": b'{"query": "{ a }", "variables": "{}"}',
    "a numeric operation name": b'{"query": "{ a }", "operationName": 1}',
    "a long operation name": b'{"query": "{ a }", "operationName": "' + b"a" * 256 + b'"}',
    "extensions as a string": b'{"query": "{ a }", "extensions": ""}',
    "UTF-16": GOOD.decode().encode("utf-16"),
    "two byte-order marks": b"\xef\xbb\xbf" * 2 + GOOD,
    "nothing but byte-order marks": b"\xef\xbb\xbf" * 20_000,
    "bytes that are not UTF-8": b'{"query": "\xff"}',
    "bytes that are not UTF-8 where nobody looks": b'{"query": "{ thing { name } }", "more": "\xff"}',
    "20,000 brackets where nobody looks": b'{"query": "{ thing { name } }", "more": ' + b"[" * 20_000,
    "an encoded surrogate": b'{"query": "\xed\xa0\x80"}',
    "an escaped surrogate": b'{"query": "{ a }", "variables": {"a": "\\ud800"}}',
    "NUL in the query": b'{"query": "{ a }\\u0000"}',
    "NUL in a variable": b'{"query": "{ a }", "variables": {"a": ["\\u0000"]}}',
    "NUL in a variable's name": b'{"query": "{ a }", "variables": {"a": {"\\u0000": 1}}}',
    "NaN": b'{"query": "{ a }", "variables": {"a": NaN}}',
    "infinity": b'{"query": "{ a }", "variables": {"a": Infinity}}',
    "a number beyond all": b'{"query": "{ a }", "variables": {"a": 1e400}}',
    "5,000 digits": b'{"query": "{ a }", "variables": {"a": ' + b"9" * 5000 + b"}}",
    "20,000 brackets": b"[" * 20_000,
    "nested objects": b'{"query": "{ a }", "variables": {"a": ' + b'{"a": ' * 100 + b"1" + b"}" * 102,
    "nested lists": b'{"query": "{ a }", "variables": {"a": ' + b"[" * 40 + b"]" * 40 + b"}}",
    "nested extensions": b'{"query": "{ a }", "extensions": {"a": ' + b"[" * 40 + b"]" * 40 + b"}}",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_body_is_refused_with_a_reason(body: bytes) -> None:
    """HTTP 400 and a sentence, whatever is wrong with the body."""
    async with edge() as client:
        response = await client.post("/graphql", content=body, headers=JSON)
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert len(_message(response)) > len("Send JSON.")


async def test_what_no_specification_names_is_passed_over() -> None:
    """A request may have members that nobody here knows; those that somebody knows are read all the same."""
    async with edge() as client:
        plain = await client.post("/graphql", content=GOOD, headers=JSON)
        more = await client.post("/graphql", content=GOOD[:-1] + b', "more": {"a": [1]}}', headers=JSON)
    assert more.status_code == httpx.codes.OK
    assert more.json() == plain.json()
    assert "data" in plain.json()


@settings(deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
async def test_no_bytes_are_a_fault_of_ours(body: bytes) -> None:
    """Whatever the body is, the answer is JSON with errors, and no fault."""
    async with edge() as client:
        response = await client.post("/graphql", content=body, headers=JSON)
    assert response.status_code < httpx.codes.INTERNAL_SERVER_ERROR
    assert response.json()["errors"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@settings(deadline=None)
@given(
    request=st.fixed_dictionaries(
        {"query": VALUES | st.sampled_from(["{ thing { name } }", "query ($a: Born!) { born(input: $a) }"])},
        optional={"variables": VALUES, "operationName": VALUES, "extensions": VALUES},
    )
)
async def test_no_json_is_a_fault_of_ours(request: dict[str, Any]) -> None:
    """Whatever the fields of the request are, the answer is GraphQL's or a refusal, and no fault."""
    async with edge() as client:
        response = await client.post("/graphql", content=json.dumps(request).encode(), headers=JSON)
    assert response.status_code < httpx.codes.INTERNAL_SERVER_ERROR
    assert set(response.json()) & {"data", "errors"}


REFUSED_HEADERS: dict[str, tuple[dict[str, str], int]] = {
    "no content type": ({}, 415),
    "a form": ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "an upload": ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
    "plain text": ({"Content-Type": "text/plain"}, 415),
    "GraphQL as it is": ({"Content-Type": "application/graphql"}, 415),
    "another encoding": ({"Content-Type": "application/json; charset=gb18030"}, 415),
    "UTF-16": ({"Content-Type": "application/json; charset=utf-16"}, 415),
    "compressed": (JSON | {"Content-Encoding": "gzip"}, 415),
    "a form of answer that there is not": (JSON | {"Accept": "text/html"}, 406),
}


@pytest.mark.parametrize(("headers", "status"), REFUSED_HEADERS.values(), ids=REFUSED_HEADERS)
async def test_a_body_of_another_kind_is_refused(headers: dict[str, str], status: int) -> None:
    """Only JSON in UTF-8 is read, and only JSON is answered."""
    async with edge() as client:
        response = await client.post("/graphql", content=GOOD, headers=headers)
    assert response.status_code == status
    assert _message(response)


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
)
async def test_json_in_utf8_is_read(content_type: str) -> None:
    """However a client spells it."""
    async with edge() as client:
        response = await client.post("/graphql", content=GOOD, headers={"Content-Type": content_type})
    assert response.json() == {"data": {"thing": {"name": "thing"}}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"])
async def test_other_methods_are_refused(method: str) -> None:
    """405, with those that are allowed."""
    async with edge() as client:
        response = await client.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


async def test_a_body_may_have_64_kilobytes_and_no_more() -> None:
    """The limit is exact, for a body of known length and for one that arrives in parts."""
    fitting = GOOD + b" " * (LIMITS.max_body_bytes - len(GOOD))
    async with edge() as client:
        assert (await client.post("/graphql", content=fitting, headers=JSON)).status_code == httpx.codes.OK
        for content in (fitting + b" ", _parts(fitting + b" ")):
            response = await client.post("/graphql", content=content, headers=JSON)
            assert response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
            assert str(LIMITS.max_body_bytes) in _message(response)


async def test_a_body_that_grows_is_not_read_to_its_end() -> None:
    """Who sends without end is told so at the limit."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b" " * 1024

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": await anext(parts), "more_body": True}

    parts = endless()
    response = await _directly(receive)
    assert (response, taken) == (413, LIMITS.max_body_bytes // 1024 + 1)


async def test_a_body_that_does_not_arrive_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops sending gets a 408."""
    monkeypatch.setattr(request_parsing, "BODY_SECONDS", 0)

    async def receive() -> dict[str, Any]:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]  # it never returns

    assert await _directly(receive) == httpx.codes.REQUEST_TIMEOUT


async def test_whoever_hangs_up_is_not_answered() -> None:
    """A connection that ends before its request does is no fault."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    assert await _directly(receive) is None


MALFORMED_ADDRESSES = {
    "nothing": "",
    "an empty query": "query=",
    "not UTF-8": "query=%FF",
    "two queries": "query={thing{name}}&query={thing{name}}",
    "variables that are not JSON": "query={thing{name}}&variables={",
    "variables as a list": "query={thing{name}}&variables=[]",
    "NUL": "query={thing{name}}%00",
    "endless parameters": "&".join(f"a{number}=" for number in range(100)),
}


@pytest.mark.parametrize("address", MALFORMED_ADDRESSES.values(), ids=MALFORMED_ADDRESSES)
async def test_a_malformed_address_is_refused_with_a_reason(address: str) -> None:
    """HTTP 400 and a sentence, whatever is wrong with the address."""
    async with edge() as client:
        response = await client.get(f"/graphql?{address}")
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert _message(response)


async def test_a_query_may_come_by_get() -> None:
    """Queries can be linked, with variables in JSON."""
    parameters = {"query": "query Q($t: String!) { echo(text: $t) }", "operationName": "Q", "variables": '{"t": "好"}'}
    async with edge() as client:
        response = await client.get("/graphql", params=parameters)
    assert response.json() == {"data": {"echo": "好"}}


async def test_a_mutation_never_comes_by_get() -> None:
    """A link changes nothing, even where its document has queries too."""
    async with edge() as client:
        for parameters in (
            {"query": "mutation { act }"},
            {"query": "query A { thing { name } } mutation B { act }", "operationName": "B"},
        ):
            response = await client.get("/graphql", params=parameters)
            assert (response.status_code, response.headers["allow"]) == (405, "POST")


FORGED = {
    "another site": ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
    "another site without a name": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "an origin of the settings": ({"Sec-Fetch-Site": "cross-site", "Origin": "https://client.example"}, 200),
    "the client itself": ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1"}, 200),
    "the address bar": ({"Sec-Fetch-Site": "none"}, 200),
    "an old browser or a program": ({}, 200),
}


@pytest.mark.parametrize(("headers", "status"), FORGED.values(), ids=FORGED)
async def test_a_page_of_another_site_causes_nothing(headers: dict[str, str], status: int) -> None:
    """A browser that says that another site is behind a mutation, or behind a link, is believed."""
    async with edge(cors_origins=("https://client.example",)) as client:
        sent = await client.post("/graphql", json={"query": "mutation { act }"}, headers=headers)
        followed = await client.get("/graphql", params={"query": "{ thing { name } }"}, headers=headers)
    assert (sent.status_code, followed.status_code) == (status, status)


async def test_no_refusal_repeats_what_was_sent() -> None:
    """What is wrong is said without it: it may be somebody's number."""
    async with edge() as client:
        for body in (f'"{SECRET}"', f'{{"query": 1, "operationName": "{SECRET}"}}', f"{{{SECRET}"):
            assert SECRET not in (await client.post("/graphql", content=body, headers=JSON)).text


def _message(response: httpx.Response) -> str:
    message: str = response.json()["errors"][0]["message"]
    return message


async def _parts(content: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(content), 1000):
        yield content[begin : begin + 1000]


async def _directly(receive: Any) -> int | None:
    """Return the status that a POST whose body comes from `receive` gets; None if it gets no answer."""
    statuses: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async with edge() as client:
        transport: Any = client._transport
        scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "root_path": "",
                 "headers": [(b"content-type", b"application/json")]}  # fmt: skip
        await transport.app(scope, receive, send)
    return statuses[0] if statuses else None
