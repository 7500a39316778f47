"""Malformed requests."""

from tests.attack.promise import promise, require
from tests.attack.target import Target

JSON = {"Content-Type": "application/json"}
BODIES = {
    "nothing": b"",
    "null": b"null",
    "a number": b"1",
    "a string": b'"{ service { version } }"',
    "an array": b'[{"query": "{ service { version } }"}]',
    "an object without a query": b"{}",
    "a query that is a number": b'{"query": 1}',
    "a query that is null": b'{"query": null}',
    "half of an object": b'{"query": "{ service',
    "no UTF-8": b'{"query": "\xff\xfe"}',
    "UTF-16": '{"query": "{ service { version } }"}'.encode("utf-16"),
    "a lone surrogate": b'{"query": "{ a }", "variables": {"x": "\\ud800"}}',
    "a NUL": b'{"query": "{ a }", "variables": {"x": "\\u0000"}}',
    "not a number": b'{"query": "{ a }", "variables": {"x": NaN}}',
    "infinity": b'{"query": "{ a }", "variables": {"x": Infinity}}',
    "an endless number": b'{"query": "{ a }", "variables": {"x": 1e400}}',
    "a number of 5,000 digits": b'{"query": "{ a }", "variables": {"x": ' + b"9" * 5000 + b"}}",
    "20,000 brackets": b'{"query": "{ a }", "variables": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "deep variables": b'{"query": "{ a }", "variables": {"x": ' + b"[" * 200 + b"]" * 200 + b"}}",
    "variables that are a list": b'{"query": "{ a }", "variables": []}',
    "an operation name that is a number": b'{"query": "{ a }", "operationName": 1}',
    "a megabyte": b'{"query": "' + b" " * 1_000_000 + b'"}',
}
TYPES = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=gbk",
)


@promise
async def malformed_bodies(target: Target) -> str:
    """Malformed bodies get a 4xx status with a reason."""
    for what, body in BODIES.items():
        response = await target.post(body, headers=JSON)
        require(400 <= response.status_code < 500, f"{what} was answered with {response.status_code}")
        require(response.json()["errors"][0]["message"], f"{what} was refused without a reason")
    for media_type in TYPES:
        response = await target.post(b'{"query": "{ service { version } }"}', headers={"Content-Type": media_type})
        require(response.status_code == 415, f"{media_type} was answered with {response.status_code}")
    return f"{len(BODIES) + len(TYPES)} bodies"


@promise
async def mutations_by_link(target: Target) -> str:
    """A link executes no mutation, and a page of another site sends no request with the session."""
    browser = await target.browser("eligible")
    own = {"Sec-Fetch-Site": "none"}
    linked = await browser.get("/graphql", params={"query": "mutation { signOut { account } }"}, headers=own)
    require(linked.status_code == 405, f"a mutation by GET was answered with {linked.status_code}")
    for headers in ({}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        read = await browser.get("/graphql", params={"query": "{ viewer { account } }"}, headers=headers)
        require(read.status_code == 403, f"a link with a session was answered with {read.status_code}")
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    cross_site = await target.post({"query": "{ viewer { account } }"}, "eligible", headers=foreign)
    require(cross_site.status_code == 403, f"a page of another site was answered with {cross_site.status_code}")
    answer = await target.ask("{ viewer { account } }", account="eligible")
    require(answer == {"data": {"viewer": {"account": "eligible"}}}, "the session is gone")
    return "6 requests"
