"""What a list of sessions says of where each began."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.accounts.device import BROWSERS, MIDDLE_DOT, SYSTEMS, device, network_of
from api.accounts.models import Session
from tests.hall import SIGN_IN, Hall

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
LIST = "{ viewer { sessions { device network current } } }"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (WINDOWS, "Chrome · Windows"),
        (f"{WINDOWS} Edg/131.0.0.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.50", "微信 · Android"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0", "Chrome · HarmonyOS"),
        ("Mozilla/5.0 (Linux; Android 12; HarmonyOS) Chrome/114.0 HuaweiBrowser/15.0", "华为浏览器 · HarmonyOS"),
        ("curl/8.5.0", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_browser_and_system_are_named(user_agent: str | None, name: str) -> None:
    """A User-Agent of a usual browser gives its name and its system's; anything else gives nothing."""
    assert device(user_agent, "local").name == name


@given(st.text(alphabet=string.printable, max_size=300))
def test_only_known_names_are_kept(user_agent: str) -> None:
    """Whatever a client calls itself, only names of the tables are stored, and they fit their column."""
    name = device(user_agent, "local").name
    assert all(part in {*BROWSERS.values(), *SYSTEMS.values()} for part in name.split(f" {MIDDLE_DOT} ") if part)
    limit = Session._meta.fields_map["device"].max_length  # type: ignore[attr-defined]  # a CharField
    assert len(name) <= limit
    assert max(map(len, BROWSERS.values())) + max(map(len, SYSTEMS.values())) + 3 <= limit


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.*"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("::/0", "::/0"),
        ("local", ""),
        ("unknown", ""),
    ],
)
def test_network_and_not_the_address(address: str, network: str) -> None:
    """The last part of an IPv4 address, and of IPv6 all but the first 48 bits, are not kept."""
    assert network_of(address) == network


async def test_sessions_tell_their_device(hall: Hall) -> None:
    """The owner sees the browser, the system and the network of each sign-in."""
    browser = await hall.new_browser()
    browser.headers["User-Agent"] = WINDOWS
    given = {"input": {"account": "eligible", "password": "demo-eligible"}}
    await browser.post("/graphql", json={"query": SIGN_IN, "variables": given})
    answer = (await browser.post("/graphql", json={"query": LIST})).json()
    assert answer["data"]["viewer"]["sessions"] == [
        {"device": "Chrome · Windows", "network": "127.0.0.*", "current": True}
    ]
