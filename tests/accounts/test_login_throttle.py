"""The login throttle slows down guessing passwords, and locks no owner out."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

from api import clock
from api.accounts import login_throttle, passwords, sessions
from api.accounts.login_throttle import SignInAttempt
from api.accounts.models import WrongTries
from api.db.transactions.transaction import wait_for_transactions
from api.errors import DatabaseBusy
from api.http.server.client_address import client_address
from api.settings import Settings
from tests.hall import Hall, open_hall

SIGN_IN = """mutation ($i: SignInInput!) { signIn(input: $i) {
    ... on SignedIn { viewer { account } }
    ... on Problem { code message }
    ... on AccessProblem { retryAfterSeconds } } }"""
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
Move = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("later")


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Replace the hashing of passwords by a fast mock that counts its calls."""
    counting = Mock(side_effect=lambda *guess: guess[0] == "right")
    monkeypatch.setattr(passwords, "_verify", counting)
    return counting


async def sign_in(hall: Hall, account: str, password: str, address: str = HERE) -> dict[str, Any]:
    """Return the result of signing in from an address."""
    answer = await _response(hall, account, password, address)
    assert "errors" not in answer
    result: dict[str, Any] = answer["data"]["signIn"]
    return result


async def _response(hall: Hall, account: str, password: str, address: str) -> dict[str, Any]:
    transport = httpx.ASGITransport(hall.app, client=(address, 1234), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hall") as browser:
        content = {"query": SIGN_IN, "variables": {"i": {"account": account, "password": password}}}
        answer: dict[str, Any] = (await browser.post("/graphql", json=content)).json()
    return answer


async def code(hall: Hall, account: str, password: str, address: str = HERE) -> str:
    """Return the code of the problem, or the account that signed in."""
    result = await sign_in(hall, account, password, address)
    return str(result.get("code") or result["viewer"]["account"])


async def test_six_wrong_tries_lock_account_and_address(hall: Hall, runs: Mock, later: Move) -> None:
    """The pair is locked for 15 minutes from the sixth try, for the right password too, and nothing is hashed."""
    for minute in range(login_throttle.PER_PAIR):
        later(timedelta(minutes=minute))
        assert await code(hall, "eligible", "wrong") == "WRONG_CREDENTIALS"
    later(timedelta(minutes=6))
    limited = await sign_in(hall, "eligible", "right")
    assert (limited["code"], limited["retryAfterSeconds"]) == ("RATE_LIMITED", 14 * 60)
    assert runs.call_count == login_throttle.PER_PAIR
    later(timedelta(minutes=5, seconds=899))
    assert await code(hall, "eligible", "right") == "RATE_LIMITED"
    later(timedelta(minutes=20))
    assert await code(hall, "eligible", "right") == "eligible"


async def test_limited_try_is_independent_of_account(hall: Hall, runs: Mock) -> None:
    """Known and unknown accounts get the same responses, byte for byte, after as many runs of argon2."""
    seen = [[await sign_in(hall, account, "wrong") for _ in range(9)] for account in ("eligible", "unknown")]
    assert seen[0] == seen[1]
    assert seen[0][-1]["code"] == "RATE_LIMITED"
    assert runs.call_count == 2 * login_throttle.PER_PAIR


async def test_lock_does_not_affect_other_addresses(hall: Hall) -> None:
    """Wrong tries from one address lock neither other addresses nor other accounts at the same one."""
    for _ in range(login_throttle.PER_PAIR + 1):
        await code(hall, "eligible", "wrong")
    assert await code(hall, "eligible", "right") == "RATE_LIMITED"
    assert await code(hall, "eligible", "right", ELSEWHERE) == "eligible"
    assert await code(hall, "manager", "right") == "manager"


async def test_attacked_account_has_one_try_per_address(hall: Hall) -> None:
    """An attack from many addresses gets one try each, and the owner still signs in from a new address."""
    for number in range(login_throttle.ATTACK):
        assert (
            await code(hall, "eligible", "wrong", f"198.51.100.{number // login_throttle.PER_PAIR}")
            == "WRONG_CREDENTIALS"
        )
    assert await code(hall, "eligible", "wrong", HERE) == "WRONG_CREDENTIALS"
    assert await code(hall, "eligible", "right", HERE) == "RATE_LIMITED"
    assert await code(hall, "eligible", "right", ELSEWHERE) == "eligible"
    assert await code(hall, "manager", "wrong", HERE) == "WRONG_CREDENTIALS"
    assert await code(hall, "manager", "right", HERE) == "manager"


@pytest.fixture
async def strict_hall(settings: Settings) -> AsyncIterator[Hall]:
    """Open a Hall with a limit of ten wrong tries for an address."""
    async with open_hall(replace(settings, wrong_sign_ins=10)) as hall:
        yield hall


async def test_limit_of_address_counts_all_accounts(strict_hall: Hall, later: Move) -> None:
    """The limit of an address counts wrong tries for all accounts, and no right ones."""
    assert [await code(strict_hall, "eligible", "right") for _ in range(12)] == ["eligible"] * 12
    assert [await code(strict_hall, f"nobody-{each}", "wrong") for each in range(10)] == ["WRONG_CREDENTIALS"] * 10
    assert await code(strict_hall, "eligible", "right") == "RATE_LIMITED"
    assert await code(strict_hall, "eligible", "right", ELSEWHERE) == "eligible"
    later(login_throttle.LOCKOUT)
    assert await code(strict_hall, "eligible", "right") == "eligible"


async def test_sign_in_resets_wrong_tries(hall: Hall) -> None:
    """After five wrong tries and a right one, six are allowed again."""
    for _ in range(2):
        assert [await code(hall, "eligible", "wrong") for _ in range(5)] == ["WRONG_CREDENTIALS"] * 5
        assert await code(hall, "eligible", "right") == "eligible"


async def test_concurrent_tries_are_limited(hall: Hall, runs: Mock) -> None:
    """Of forty concurrent wrong tries six are checked; of forty right ones all."""
    codes = await asyncio.gather(*(code(hall, "eligible", "wrong") for _ in range(40)))
    assert (codes.count("WRONG_CREDENTIALS"), codes.count("RATE_LIMITED")) == (6, 34)
    assert runs.call_count == login_throttle.PER_PAIR
    assert await asyncio.gather(*(code(hall, "manager", "right") for _ in range(40))) == ["manager"] * 40


async def test_limit_of_ipv6_network(hall: Hall, runs: Mock) -> None:
    """A /48 has 65,536 addresses, but only twelve wrong tries for an account; its owner signs in from elsewhere."""
    codes = [await code(hall, "eligible", "wrong", f"2001:db8:1:{number:x}::1") for number in range(40)]
    assert codes == ["WRONG_CREDENTIALS"] * 12 + ["RATE_LIMITED"] * 28
    assert runs.call_count == login_throttle.WIDE_PAIR * login_throttle.PER_PAIR
    assert await code(hall, "eligible", "right", "2001:db8:2:1::1") == "eligible"
    assert await code(hall, "manager", "right", "2001:db8:1:1::1") == "manager"


async def test_sign_in_does_not_reset_network(hall: Hall) -> None:
    """A correct password resets the count of its own address, not those of others in the same /48."""
    for number in range(8):
        await code(hall, "eligible", "wrong", f"2001:db8:1:{number:x}::1")
    for _ in range(3):
        await code(hall, "eligible", "wrong", "2001:db8:1:aa::1")
    assert await code(hall, "eligible", "right", "2001:db8:1:aa::1") == "eligible"
    codes = [await code(hall, "eligible", "wrong", f"2001:db8:1:{number:x}::1") for number in range(16, 24)]
    assert codes == ["WRONG_CREDENTIALS"] * 4 + ["RATE_LIMITED"] * 4


async def test_limit_of_network_counts_all_accounts(strict_hall: Hall) -> None:
    """All addresses of a /48 together have ten times the limit of one."""
    codes = [await code(strict_hall, f"nobody-{number}", "wrong", f"2001:db8:1:{number:x}::1") for number in range(105)]
    assert codes == ["WRONG_CREDENTIALS"] * 100 + ["RATE_LIMITED"] * 5


@pytest.mark.parametrize("where", ["begin", "hash"])
async def test_failed_sign_ins_by_fault_are_not_counted(
    hall: Hall, runs: Mock, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Ten sign-ins that fail by a fault of the Hall are not counted: the eleventh succeeds."""
    verify = runs.side_effect
    with monkeypatch.context() as busy:
        if where == "begin":
            busy.setattr(sessions, "create_session", Mock(side_effect=DatabaseBusy("busy")))
        else:
            runs.side_effect = MemoryError
        for _ in range(10):
            answer = await _response(hall, "eligible", "right", HERE)
            assert [error["extensions"]["code"] for error in answer["errors"]] == [
                "BUSY" if where == "begin" else "INTERNAL"
            ]
            await wait_for_transactions()
    runs.side_effect = verify
    assert await WrongTries.filter(wrong__gt=0).count() == 0
    assert await code(hall, "eligible", "right") == "eligible"


async def test_undo_of_try_is_retried(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database is busy, undoing the count is retried."""
    monkeypatch.setattr(login_throttle, "UNDO_DELAYS", (0, 0, 0))
    guess = SignInAttempt("eligible", HERE, None)
    assert await guess.count(clock.now()) is None
    busy = Mock(
        side_effect=[DatabaseBusy("busy"), DatabaseBusy("busy"), SignInAttempt._decrement(guess, *guess.limits)]
    )
    with monkeypatch.context() as patch:
        patch.setattr(SignInAttempt, "_decrement", busy)
        await guess.undo()
    assert await WrongTries.filter(wrong__gt=0).count() == 0
    assert busy.call_count == 3
    assert await code(hall, "eligible", "right") == "eligible"


async def test_disconnect_does_not_avoid_count(hall: Hall, runs: Mock) -> None:
    """A wrong try is counted even if the client disconnects before the response."""
    verified = Event()

    def wrong(*_: str) -> bool:
        verified.set()
        return False

    runs.side_effect = wrong
    for _ in range(login_throttle.PER_PAIR):
        request = asyncio.create_task(sign_in(hall, "eligible", "wrong"))
        assert await asyncio.to_thread(verified.wait, 30)
        verified.clear()
        request.cancel()
        await asyncio.wait([request])
    assert await code(hall, "eligible", "right") == "RATE_LIMITED"


async def test_counts_survive_restart(settings: Settings) -> None:
    """The counts are in the database, shared by workers and kept across restarts."""
    async with open_hall(settings) as hall:
        for _ in range(login_throttle.PER_PAIR):
            await code(hall, "eligible", "wrong")
    async with open_hall(settings) as hall:
        assert await code(hall, "eligible", "right") == "RATE_LIMITED"


async def test_expired_counts_are_deleted(hall: Hall, later: Move) -> None:
    """Expired counts are deleted, and accounts and addresses are stored as digests only."""
    for number in range(5):
        await code(hall, f"rubbish-{number}", "wrong")
    assert await WrongTries.all().count() == 11
    assert all(len(row.key) == 64 for row in await WrongTries.all())
    later(login_throttle.LOCKOUT + login_throttle.RETENTION)
    assert await code(hall, "eligible", "right") == "eligible"
    assert await WrongTries.filter(wrong__gt=0).count() == 0
    assert await WrongTries.all().count() == 3


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::9", 2), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("not an address", 1), "unknown"),
        (None, "local"),
    ],
)
def test_client_address_is_normalised(client: tuple[str, int] | None, address: str) -> None:
    """An IPv6 address is counted by its /64; all spellings of an IPv4 address are the same."""
    assert client_address({"type": "http", "client": client}) == address


@pytest.mark.parametrize(("proxies", "trusted"), [((), False), (("10.0.0.0/8",), False), (("127.0.0.1",), True)])
async def test_forwarded_address_needs_trusted_proxy(proxies: tuple[str, ...], *, trusted: bool) -> None:
    """With the server's settings of `serve`, only configured proxies can set the client's address."""
    seen: list[Any] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["client"][0])

    from api.server import configuration

    config = configuration(Settings(trusted_proxies=proxies), application)
    config.load()
    scope = {"type": "http", "client": ("127.0.0.1", 1), "headers": [(b"x-forwarded-for", b"203.0.113.9")]}
    await config.loaded_app(scope, Mock(), Mock())
    assert seen == ["203.0.113.9" if trusted else "127.0.0.1"]
