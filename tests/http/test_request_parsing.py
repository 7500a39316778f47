"""Parsing of GraphQL requests: malformed requests return a 4xx status with advice, and never a 5xx."""

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
from tests.http.sample import JSON, SECRET, sample_client

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
    "bytes that are not UTF-8 in an unused field": b'{"query": "{ thing { name } }", "more": "\xff"}',
    "20,000 brackets in an unused field": b'{"query": "{ thing { name } }", "more": ' + b"[" * 20_000,
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
async def test_malformed_body_is_400(body: bytes) -> None:
    """A malformed body returns 400 with a message."""
    async with sample_client() as client:
        response = await client.post("/graphql", content=body, headers=JSON)
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert len(_message(response)) > len("Send JSON.")


async def test_unknown_members_are_ignored() -> None:
    """Unknown members of a request are ignored."""
    async with sample_client() as client:
        plain = await client.post("/graphql", content=GOOD, headers=JSON)
        more = await client.post("/graphql", content=GOOD[:-1] + b', "more": {"a": [1]}}', headers=JSON)
    assert more.status_code == httpx.codes.OK
    assert more.json() == plain.json()
    assert "data" in plain.json()


@settings(deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
async def test_any_bytes_are_no_server_error(body: bytes) -> None:
    """Any body returns JSON with errors and no 5xx status."""
    async with sample_client() as client:
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
async def test_any_json_is_no_server_error(request: dict[str, Any]) -> None:
    """Any values of the request's members return a GraphQL response or a 4xx, and no 5xx."""
    async with sample_client() as client:
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
async def test_other_media_types_are_refused(headers: dict[str, str], status: int) -> None:
    """Only JSON in UTF-8 is accepted, and only JSON is returned."""
    async with sample_client() as client:
        response = await client.post("/graphql", content=GOOD, headers=headers)
    assert response.status_code == status
    assert _message(response)


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
)
async def test_json_content_types_are_accepted(content_type: str) -> None:
    """All spellings of JSON in UTF-8 are accepted."""
    async with sample_client() as client:
        response = await client.post("/graphql", content=GOOD, headers={"Content-Type": content_type})
    assert response.json() == {"data": {"thing": {"name": "thing"}}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"])
async def test_other_methods_are_405(method: str) -> None:
    """Other methods return 405 with an Allow header."""
    async with sample_client() as client:
        response = await client.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


async def test_body_size_limit() -> None:
    """The limit of 64 KiB is exact, with Content-Length and with chunks."""
    fitting = GOOD + b" " * (LIMITS.max_body_bytes - len(GOOD))
    async with sample_client() as client:
        assert (await client.post("/graphql", content=fitting, headers=JSON)).status_code == httpx.codes.OK
        for content in (fitting + b" ", _parts(fitting + b" ")):
            response = await client.post("/graphql", content=content, headers=JSON)
            assert response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
            assert str(LIMITS.max_body_bytes) in _message(response)


async def test_endless_body_is_not_read_beyond_limit() -> None:
    """An endless body is read up to the limit and returns 413."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b" " * 1024

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": await anext(parts), "more_body": True}

    parts = endless()
    response = await _status_of_post(receive)
    assert (response, taken) == (413, LIMITS.max_body_bytes // 1024 + 1)


async def test_missing_body_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that does not arrive in time returns 408."""
    monkeypatch.setattr(request_parsing, "BODY_SECONDS", 0)

    async def receive() -> dict[str, Any]:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]  # it never returns

    assert await _status_of_post(receive) == httpx.codes.REQUEST_TIMEOUT


async def test_disconnected_client_gets_no_response() -> None:
    """A disconnect before the end of the request is no error, and no response is sent."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    assert await _status_of_post(receive) is None


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
async def test_malformed_query_string_is_400(address: str) -> None:
    """A malformed query string returns 400 with a message."""
    async with sample_client() as client:
        response = await client.get(f"/graphql?{address}")
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert _message(response)


async def test_get_executes_queries() -> None:
    """GET executes queries with variables in JSON."""
    parameters = {"query": "query Q($t: String!) { echo(text: $t) }", "operationName": "Q", "variables": '{"t": "好"}'}
    async with sample_client() as client:
        response = await client.get("/graphql", params=parameters)
    assert response.json() == {"data": {"echo": "好"}}


async def test_get_does_not_execute_mutations() -> None:
    """A mutation by GET returns 405, also if its document has queries too."""
    async with sample_client() as client:
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
async def test_cross_site_requests_are_refused(headers: dict[str, str], status: int) -> None:
    """Mutations and links with cross-site headers return 403; allowed CORS origins are accepted."""
    async with sample_client(cors_origins=("https://client.example",)) as client:
        sent = await client.post("/graphql", json={"query": "mutation { act }"}, headers=headers)
        followed = await client.get("/graphql", params={"query": "{ thing { name } }"}, headers=headers)
    assert (sent.status_code, followed.status_code) == (status, status)


async def test_error_messages_do_not_repeat_input() -> None:
    """Error messages do not contain the input, which may be a personal number."""
    async with sample_client() as client:
        for body in (f'"{SECRET}"', f'{{"query": 1, "operationName": "{SECRET}"}}', f"{{{SECRET}"):
            assert SECRET not in (await client.post("/graphql", content=body, headers=JSON)).text


def _message(response: httpx.Response) -> str:
    message: str = response.json()["errors"][0]["message"]
    return message


async def _parts(content: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(content), 1000):
        yield content[begin : begin + 1000]


async def _status_of_post(receive: Any) -> int | None:
    """Return the status for a POST whose body comes from `receive`, or None without a response."""
    statuses: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async with sample_client() as client:
        transport: Any = client._transport
        scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "root_path": "",
                 "headers": [(b"content-type", b"application/json")]}  # fmt: skip
        await transport.app(scope, receive, send)
    return statuses[0] if statuses else None
