"""Every sign-in is a line of the process log; those of staff are entries of the access log too."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from api.accesslog.batch_writer import flush
from api.accounts import login_throttle, sessions
from api.accounts.models import Account
from api.db.transactions.transaction import wait_for_transactions
from api.errors import DatabaseBusy
from tests.accesslog.entries import entries
from tests.accounts.test_login_throttle import _response, code
from tests.hall import Hall

HERE = "192.0.2.1"
Move = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("later")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """Return a function that returns the security events of the process log."""

    def security_events() -> list[dict[str, Any]]:
        records = [record for record in caplog.records if record.name == "hall.security"]
        return [{"level": record.levelno} | vars(record)["fields"] for record in records]

    return security_events


async def logged(hall: Hall) -> list[tuple[str, bool, str, str]]:
    """Return the sign-ins of the access log, after a flush."""
    await wait_for_transactions()
    await flush()
    return [
        (entry["act"], bool(entry["granted"]), entry["actor"], entry["purpose"])
        for entry in await entries(hall.settings)
        if entry["act"] == "SIGN_IN"
    ]


@pytest.mark.parametrize("account", ["eligible", "clerk", "nobody-at-all"])
async def test_sign_in_is_logged(hall: Hall, lines: Callable[[], list[dict[str, Any]]], account: str) -> None:
    """The line has the account's row number, if any, and the request id; never its name, password or address."""
    row = await Account.get_or_none(name=account)
    for _ in range(login_throttle.PER_PAIR):
        await code(hall, account, "a wrong one", HERE)
    await code(hall, account, f"demo-{account}", HERE)
    await code(hall, account, f"demo-{account}", "192.0.2.2")
    expected = ["WRONG"] * login_throttle.PER_PAIR + ["LIMITED", "WRONG" if row is None else "DONE"]
    assert [line["outcome"] for line in lines()] == expected
    assert {line["account"] for line in lines()} == {None if row is None else row.id}
    assert {line["act"] for line in lines()} == {"SIGN_IN"}
    assert all(len(line["request_id"]) == 32 for line in lines())
    assert {line["level"] for line in lines() if line["outcome"] == "LIMITED"} == {logging.WARNING}
    assert not any(word in str(lines()) for word in (account, "wrong one", HERE))


async def test_sign_ins_of_staff_are_in_access_log(hall: Hall) -> None:
    """Right and wrong tries have an entry each, limited tries one a minute."""
    for _ in range(login_throttle.PER_PAIR + 20):
        await code(hall, "clerk", "a wrong one", HERE)
    assert await code(hall, "clerk", "demo-clerk", "192.0.2.2") == "clerk"
    assert sorted(await logged(hall)) == sorted(
        [
            *[("SIGN_IN", False, "clerk", "登录：密码错误")] * login_throttle.PER_PAIR,
            ("SIGN_IN", False, "clerk", "登录：密码输错次数过多"),
            ("SIGN_IN", True, "clerk", "登录"),
        ]
    )


async def test_limited_tries_get_one_entry_a_minute(hall: Hall, later: Move) -> None:
    """Limited tries get one entry a minute."""
    for minute in range(8):
        later(timedelta(minutes=minute))
        await code(hall, "clerk", "a wrong one", HERE)
        await code(hall, "clerk", "a wrong one", HERE)
    assert [purpose for *_, purpose in await logged(hall)].count("登录：密码输错次数过多") == 5


@pytest.mark.parametrize("account", ["eligible", "nobody-at-all"])
async def test_sign_ins_of_others_are_not_in_access_log(hall: Hall, account: str) -> None:
    """Tries for citizens and unknown accounts do not fill the access log, which is kept for ever."""
    for _ in range(login_throttle.PER_PAIR + 2):
        await code(hall, account, "a wrong one", HERE)
    await code(hall, account, f"demo-{account}", "192.0.2.2")
    assert await logged(hall) == []


async def test_disabled_account_is_logged_as_disabled(hall: Hall, lines: Callable[[], list[dict[str, Any]]]) -> None:
    """The log has the outcome DISABLED; the client gets the response of a wrong password."""
    await Account.filter(name="clerk").update(disabled=True)
    assert await code(hall, "clerk", "demo-clerk", HERE) == "WRONG_CREDENTIALS"
    assert [line["outcome"] for line in lines()] == ["DISABLED"]
    assert await logged(hall) == [("SIGN_IN", False, "clerk", "登录：账号已停用")]


async def test_internal_fault_is_logged_as_failed(
    hall: Hall, lines: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the Hall is logged as FAILED, not as a wrong password."""

    def busy(*_: Any) -> None:
        raise DatabaseBusy("busy")

    monkeypatch.setattr(sessions, "create_session", busy)
    assert "errors" in await _response(hall, "clerk", "demo-clerk", HERE)
    assert [line["outcome"] for line in lines()] == ["FAILED"]
    assert await logged(hall) == []
