"""Security headers of responses, and CORS."""

from dataclasses import replace

import httpx
import pytest

from api.settings import Settings
from tests.hall import Hall, open_hall
from tests.http.sample import sample_client

ADDRESSES = ("/", "/app.js", "/graphql", "/graphiql", "/healthz", "/readyz", "/nothing")


@pytest.mark.parametrize("path", ADDRESSES)
async def test_responses_have_security_headers(hall: Hall, path: str) -> None:
    """Every response, also an error, has the security headers."""
    headers = (await hall.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in headers


async def test_only_graphiql_allows_inline_styles(hall: Hall) -> None:
    """Only the page of GraphiQL allows inline styles, which its editor needs."""
    relaxed = {path for path in ADDRESSES if "unsafe" in (await hall.get(path)).headers["content-security-policy"]}
    assert relaxed == {"/graphiql"}


async def test_graphql_responses_are_not_cached() -> None:
    """GraphQL responses, errors included, have Cache-Control: no-store."""
    async with sample_client() as client:
        responses = [await client.get("/graphql"), await client.post("/graphql", json={"query": "{ thing { name } }"})]
    assert [response.headers["cache-control"] for response in responses] == ["no-store"] * 2


async def test_strict_transport_security() -> None:
    """Strict-Transport-Security is sent under HTTPS only."""
    async with sample_client(public_url="https://hall.example") as secure, sample_client() as plain:
        assert "max-age" in (await secure.get("/graphql")).headers["strict-transport-security"]
        assert "strict-transport-security" not in (await plain.get("/graphql")).headers


async def test_cors_is_disabled_by_default(hall: Hall) -> None:
    """Without HALL_CORS_ORIGINS, preflight requests return 405, and no CORS header is sent."""
    preflight = await _preflight(hall, "https://client.example")
    assert preflight.status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert "access-control-allow-origin" not in preflight.headers
    answer = await hall.post(json={"query": "{ service { version } }"}, headers={"Origin": "https://client.example"})
    assert "access-control-allow-origin" not in answer.headers


async def test_configured_cors_origins(settings: Settings) -> None:
    """Configured origins get CORS headers with credentials; others do not."""
    async with open_hall(replace(settings, cors_origins=("https://client.example",))) as hall:
        allowed, refused = [await _preflight(hall, f"https://{name}.example") for name in ("client", "evil")]
        answer = await hall.post(
            json={"query": "{ service { version } }"}, headers={"Origin": "https://client.example"}
        )
    assert allowed.headers["access-control-allow-origin"] == "https://client.example"
    assert allowed.headers["access-control-allow-credentials"] == "true"
    assert refused.status_code == httpx.codes.BAD_REQUEST
    assert "access-control-allow-origin" not in refused.headers
    assert answer.headers["access-control-allow-origin"] == "https://client.example"


async def test_headers_of_client_libraries_pass_preflight(settings: Settings) -> None:
    """A configured origin may send the headers that GraphQL clients and tracing add; another origin may not."""
    sent = "apollographql-client-name, apollographql-client-version, apollo-require-preflight, traceparent"
    async with open_hall(replace(settings, cors_origins=("https://client.example",))) as hall:
        allowed = await _preflight(hall, "https://client.example", sent)
        refused = await _preflight(hall, "https://evil.example", sent)
        unknown = await _preflight(hall, "https://client.example", "x-unknown")
    assert allowed.status_code == httpx.codes.OK
    assert set(sent.split(", ")) <= set(allowed.headers["access-control-allow-headers"].lower().split(", "))
    assert [refused.status_code, unknown.status_code] == [httpx.codes.BAD_REQUEST] * 2


async def _preflight(hall: Hall, origin: str, headers_sent: str = "content-type") -> httpx.Response:
    browser = await hall.browser()
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": headers_sent,
    }
    return await browser.options("/graphql", headers=headers)


# Headers that some servers use instead of the request target.
OVERRIDING_HEADERS = {
    "Host": "evil.example",
    "X-Original-URL": "/graphql",
    "X-Rewrite-URL": "/graphql",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/graphql",
    "X-HTTP-Method-Override": "POST",
}
NOT_GRAPHQL = ("/graphql/", "/graphql//", "/Graphql", "/graphql;x", "/graphql%00", "/graphql%2f", "/x/../graphql%2e")


@pytest.mark.parametrize("path", ["/", "/healthz", "/graphiql/", *NOT_GRAPHQL, "/%2e%2e/README.md", "/api/settings.py"])
async def test_only_request_target_decides_route(hall: Hall, path: str) -> None:
    """No header changes the route or appears in the response, and only the exact path /graphql is GraphQL."""
    plain, misled = await hall.get(path), await hall.get(path, headers=OVERRIDING_HEADERS)
    assert (plain.status_code, plain.text) == (misled.status_code, misled.text)
    assert "evil" not in misled.text + misled.headers.get("location", "")
    # The message that /graphql itself would return.
    assert "has no query" not in misled.text


async def test_content_security_policy(hall: Hall) -> None:
    """Scripts, styles and connections are limited to the own origin, and framing is forbidden."""
    policy = (await hall.get("/")).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert (rules["frame-ancestors"], rules["base-uri"], rules["form-action"]) == ("'none'", "'none'", "'self'")
    assert "unsafe" not in policy
