"""Cross-site request forgery: a link from another origin is not answered with the session."""

from dataclasses import replace

import httpx
import pytest

from api.settings import Settings
from tests.hall import Hall, open_hall

OWN = {"Sec-Fetch-Site": "same-origin"}
# By origin of the link: request headers, session account, and response status.
LINKED: dict[str, tuple[dict[str, str], str | None, int]] = {
    "the client itself": (OWN, "eligible", 200),
    "the client itself, with its origin": (OWN | {"Origin": "http://127.0.0.1"}, "eligible", 200),
    "the address bar": ({"Sec-Fetch-Site": "none"}, "eligible", 200),
    "an origin of the settings": ({"Sec-Fetch-Site": "same-site", "Origin": "https://client.example"}, "eligible", 200),
    "a sister site": ({"Sec-Fetch-Site": "same-site"}, "eligible", 403),
    "a sister site without a session": ({"Sec-Fetch-Site": "same-site"}, None, 403),
    "what no specification names": ({"Sec-Fetch-Site": "own"}, "eligible", 403),
    "an old browser with another origin": ({"Origin": "https://evil.example"}, "eligible", 403),
    "an old browser with another origin and no session": ({"Origin": "https://evil.example"}, None, 403),
    "an old browser that hides the origin": ({"Origin": "null"}, "eligible", 403),
    "an old browser that says nothing": ({}, "eligible", 403),
    "a program": ({}, None, 200),
    "a program with a token": ({"Authorization": "Bearer x"}, None, 401),
}


@pytest.mark.parametrize(("headers", "account", "status"), LINKED.values(), ids=LINKED)
async def test_get_with_session_needs_same_origin(
    settings: Settings, headers: dict[str, str], account: str | None, status: int
) -> None:
    """A GET with a session is answered only if the browser reports same-origin or the address bar."""
    parameters = {"query": "{ viewer { account person { name } } }"}
    async with open_hall(replace(settings, cors_origins=("https://client.example",))) as hall:
        answer = await hall.get("/graphql", account=account, params=parameters, headers=headers)
    assert answer.status_code == status
    if status == httpx.codes.OK and account:
        assert answer.json()["data"]["viewer"]["account"] == "eligible"
    if status == httpx.codes.FORBIDDEN:
        assert "POST" in answer.json()["errors"][0]["message"]


async def test_forged_link_writes_no_access_log(hall: Hall) -> None:
    """A forged link adds no entry to the access log."""
    reveal = '{ viewer { person { revealed(purpose: "核对") { name } } } }'
    log = "{ viewer { person { accessLog(first: 5) { totalCount } } } }"
    counted = (await hall.ask(log, account="eligible"))["data"]["viewer"]["person"]["accessLog"]["totalCount"]
    for headers in ({"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {}):
        await hall.get("/graphql", account="eligible", params={"query": reveal}, headers=headers)
    again = (await hall.ask(log, account="eligible"))["data"]["viewer"]["person"]["accessLog"]["totalCount"]
    assert again == counted
    await hall.get("/graphql", account="eligible", params={"query": reveal}, headers=OWN)
    assert (await hall.ask(log, account="eligible"))["data"]["viewer"]["person"]["accessLog"]["totalCount"] > counted
