"""What every answer tells a browser."""

from dataclasses import replace

import httpx
import pytest

from api.settings import Settings
from tests.hall import Hall, open_hall
from tests.http.sample import edge

ADDRESSES = ("/", "/app.js", "/graphql", "/graphiql", "/healthz", "/readyz", "/nothing")


@pytest.mark.parametrize("path", ADDRESSES)
async def test_every_answer_is_guarded(hall: Hall, path: str) -> None:
    """Found or not, page or data."""
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


async def test_only_graphiql_may_write_styles(hall: Hall) -> None:
    """Its editor needs that, for styles alone; the client has nothing of the kind."""
    relaxed = {path for path in ADDRESSES if "unsafe" in (await hall.get(path)).headers["content-security-policy"]}
    assert relaxed == {"/graphiql"}


async def test_answers_are_not_stored() -> None:
    """What was asked about a person stays in no cache, refusals included."""
    async with edge() as client:
        responses = [await client.get("/graphql"), await client.post("/graphql", json={"query": "{ thing { name } }"})]
    assert [response.headers["cache-control"] for response in responses] == ["no-store"] * 2


async def test_https_is_for_good() -> None:
    """Under HTTPS browsers are told never to come back without it; under HTTP nothing of the kind is said."""
    async with edge(public_url="https://hall.example") as secure, edge() as plain:
        assert "max-age" in (await secure.get("/graphql")).headers["strict-transport-security"]
        assert "strict-transport-security" not in (await plain.get("/graphql")).headers


async def test_other_origins_are_closed_by_default(hall: Hall) -> None:
    """A page elsewhere is told nothing, and may send nothing that needs asking first."""
    asked_first = await _asked_first(hall, "https://client.example")
    assert asked_first.status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert "access-control-allow-origin" not in asked_first.headers
    answer = await hall.post(json={"query": "{ service { version } }"}, headers={"Origin": "https://client.example"})
    assert "access-control-allow-origin" not in answer.headers


async def test_the_named_origins_are_open(settings: Settings) -> None:
    """With their cookies; others stay closed."""
    async with open_hall(replace(settings, cors_origins=("https://client.example",))) as hall:
        allowed, refused = [await _asked_first(hall, f"https://{name}.example") for name in ("client", "evil")]
        answer = await hall.post(
            json={"query": "{ service { version } }"}, headers={"Origin": "https://client.example"}
        )
    assert allowed.headers["access-control-allow-origin"] == "https://client.example"
    assert allowed.headers["access-control-allow-credentials"] == "true"
    assert refused.status_code == httpx.codes.BAD_REQUEST
    assert "access-control-allow-origin" not in refused.headers
    assert answer.headers["access-control-allow-origin"] == "https://client.example"


async def _asked_first(hall: Hall, origin: str) -> httpx.Response:
    browser = await hall.browser()
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    return await browser.options("/graphql", headers=headers)


# What some servers believe instead of the address that was asked for.
ELSEWHERE = {
    "Host": "evil.example",
    "X-Original-URL": "/graphql",
    "X-Rewrite-URL": "/graphql",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/graphql",
    "X-HTTP-Method-Override": "POST",
}
NOT_GRAPHQL = ("/graphql/", "/graphql//", "/Graphql", "/graphql;x", "/graphql%00", "/graphql%2f", "/x/../graphql%2e")


@pytest.mark.parametrize("path", ["/", "/healthz", "/graphiql/", *NOT_GRAPHQL, "/%2e%2e/README.md", "/api/settings.py"])
async def test_only_the_address_decides_who_answers(hall: Hall, path: str) -> None:
    """No header leads to another place, none is repeated, and nothing but /graphql is /graphql."""
    plainly, misled = await hall.get(path), await hall.get(path, headers=ELSEWHERE)
    assert (plainly.status_code, plainly.text) == (misled.status_code, misled.text)
    assert "evil" not in misled.text + misled.headers.get("location", "")
    # Which is what /graphql itself would say.
    assert "has no query" not in misled.text


async def test_nothing_but_the_client_itself_may_run(hall: Hall) -> None:
    """Scripts come from here alone, none is written into a page, and no page is shown inside another."""
    policy = (await hall.get("/")).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert (rules["frame-ancestors"], rules["base-uri"], rules["form-action"]) == ("'none'", "'none'", "'self'")
    assert "unsafe" not in policy
