"""An operator's change of an account takes effect at once in every worker, and is logged."""

import asyncio
import json
import re
import subprocess
from functools import partial
from typing import Any

import httpx
import pytest

from api import clock
from api.accesslog import verification
from api.accesslog.chain import Heads
from api.accounts import service
from api.accounts.models import Account, Session
from api.cli.accounts import administration
from api.db.database import connected
from api.errors import Refused
from api.settings import Settings
from tests.accesslog.entries import entries
from tests.accounts.test_login_throttle import code
from tests.accounts.test_sessions import SESSIONS, sessions, signed_in
from tests.hall import Hall
from tests.test_commands import command

# Commands run in separate processes, which use the system clock.
pytestmark = pytest.mark.usefixtures("real_clock")
ROLES = "{ viewer { roles districts { code } } }"
GOOD = "a new and longer one"
# By act: the command line and its standard input.
CHANGES: dict[str, tuple[tuple[str, ...], str]] = {
    "SET_PASSWORD": (("password", "clerk"), GOOD),
    "DISABLE_ACCOUNT": (("disable", "clerk"), ""),
    "SET_ROLE": (("roles", "clerk", "SUPERVISOR"), ""),
    "SET_DISTRICTS": (("districts", "clerk", "120102", "120103"), ""),
    "END_SESSIONS": (("sessions", "clerk", "--end"), ""),
}


async def operate(settings: Settings, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in another process while this one serves."""
    return await asyncio.to_thread(partial(command, settings, *words, typed=typed))


async def request_with_token(hall: Hall, token: str) -> httpx.Response:
    """Return the response to a request with a bearer token."""
    browser = await hall.new_browser()
    return await browser.post("/graphql", json={"query": SESSIONS}, headers={"Authorization": f"Bearer {token}"})


def events(text: str) -> list[dict[str, Any]]:
    """Return the security events among the lines of a log."""
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == "security"]


@pytest.mark.parametrize("act", CHANGES)
async def test_change_ends_sessions_and_tokens(hall: Hall, act: str) -> None:
    """A change by another process invalidates cached sessions; other accounts stay signed in."""
    words, typed = CHANGES[act]
    token = await service.issue_token("clerk", now=clock.now())
    mine, others = await signed_in(hall, "clerk"), await signed_in(hall, "supervisor")
    for browser in (mine, others):
        assert await sessions(browser) is not None
    assert (await request_with_token(hall, token)).status_code == httpx.codes.OK
    done = await operate(hall.settings, "account", *words, typed=f"{typed}\n")
    assert done.returncode == 0, done.stderr
    assert "Ended 2 sessions and tokens." in done.stdout
    assert await sessions(mine) is None
    assert (await request_with_token(hall, token)).status_code == httpx.codes.UNAUTHORIZED
    assert await sessions(others) is not None
    [event] = events(done.stderr)
    assert (event["act"], event["outcome"]) == (act, "DONE")
    assert event["account"] == (await Account.get(name="clerk")).id
    assert "clerk" not in done.stderr
    entry = (await entries(hall.settings))[-1]
    assert (entry["act"], entry["organisation"], entry["request_id"]) == (act, "系统管理员", event["request_id"])
    assert entry["purpose"].endswith(" clerk")
    assert isinstance(await verification.verify(), Heads)


async def test_old_password_is_wrong_after_change(hall: Hall) -> None:
    """After a password change the old password is wrong."""
    assert (await operate(hall.settings, "account", "password", "eligible", typed=f"{GOOD}\n")).returncode == 0
    assert await code(hall, "eligible", "demo-eligible") == "WRONG_CREDENTIALS"
    assert await code(hall, "eligible", GOOD) == "eligible"


async def test_disabled_account_is_wrong_credentials(hall: Hall) -> None:
    """A disabled account returns WRONG_CREDENTIALS and gets no token until it is enabled."""
    assert (await operate(hall.settings, "account", "disable", "manager")).returncode == 0
    assert await code(hall, "manager", "demo-manager") == "WRONG_CREDENTIALS"
    refused = await operate(hall.settings, "token", "manager")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "disabled" in refused.stderr
    assert "disabled" in (await operate(hall.settings, "account", "sessions", "manager")).stdout
    assert (await operate(hall.settings, "account", "enable", "manager")).returncode == 0
    assert await code(hall, "manager", "demo-manager") == "manager"


async def test_sign_in_in_progress_fails_after_password_change(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A verified password creates no session if the account has got another one meanwhile."""
    from api.accounts import passwords

    verify_password = passwords.verify_password

    async def meanwhile(*given: Any) -> bool:
        is_right = await verify_password(*given)
        await Account.filter(name="eligible").update(password_hash=passwords.hash_password(GOOD))
        return is_right

    monkeypatch.setattr(passwords, "verify_password", meanwhile)
    assert await code(hall, "eligible", "demo-eligible") == "WRONG_CREDENTIALS"
    assert await Session.all().count() == 0


async def test_roles_and_districts_are_replaced(hall: Hall) -> None:
    """The commands replace roles and districts; a supervisor has no districts."""
    for words, expected in (
        (("districts", "clerk", "120103", "120102"), ("CLERK", ["120102", "120103"])),
        (("roles", "clerk", "SUPERVISOR"), ("SUPERVISOR", [])),
        (("roles", "clerk", "CLERK", "--district", "120104"), ("CLERK", ["120104"])),
    ):
        assert (await operate(hall.settings, "account", *words)).returncode == 0
        browser = await signed_in(hall, "clerk")
        viewer = (await browser.post("/graphql", json={"query": ROLES})).json()["data"]["viewer"]
        assert (viewer["roles"], [each["code"] for each in viewer["districts"]]) == ([expected[0]], expected[1])


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("add", "desk", "--staff"), "short"),
        (("add", "desk", "--staff"), ""),
        (("add", "desk", "--staff"), "password123"),
        (("add", "desk", "--staff", "--district", "999999"), GOOD),
        (("password", "eligible"), "x"),
        (("password", "nobody"), GOOD),
        (("disable", "nobody"), ""),
        (("roles", "eligible", "SUPERVISOR"), ""),
        (("roles", "clerk", "CLERK"), ""),
        (("roles", "clerk", "SUPERVISOR", "--district", "120101"), ""),
        (("districts", "supervisor", "120101"), ""),
        (("districts", "clerk", "1"), ""),
        (("sessions",), ""),
        (("sessions", "nobody\x01"), ""),
    ],
    ids=" ".join,
)
def test_refused_command_prints_one_line(settings: Settings, words: tuple[str, ...], typed: str) -> None:
    """A refused command has status 2, changes nothing and logs no event."""
    refused = command(settings, "account", *words, typed=f"{typed}\n")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert re.fullmatch(r"hall: [^\n]+\n", refused.stderr)


async def test_password_must_not_be_birth_date(hall: Hall) -> None:
    """Parts of the document number are refused as a password, and the message does not quote them."""
    from api.people.models import Person

    person = await Person.get(account__name="eligible")
    refused = await operate(hall.settings, "account", "password", "eligible", typed=f"{person.id_number[6:14]}\n")
    assert refused.returncode == 2
    assert person.id_number[6:14] not in refused.stderr


async def test_password_reset_is_in_own_access_log(hall: Hall) -> None:
    """A reset of a citizen's password, which would allow impersonation, is in their own access log."""
    assert (await operate(hall.settings, "account", "password", "eligible", typed=f"{GOOD}\n")).returncode == 0
    browser = await hall.new_browser()
    variables = {"i": {"account": "eligible", "password": GOOD}}
    document = "mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }"
    await browser.post("/graphql", json={"query": document, "variables": variables})
    log = "{ viewer { person { accessLog { nodes { organisation purpose actor } } } } }"
    nodes = (await browser.post("/graphql", json={"query": log})).json()["data"]["viewer"]["person"]["accessLog"][
        "nodes"
    ]
    assert nodes == [{"organisation": "系统管理员", "purpose": "重设密码", "actor": "python -m api account"}]


async def test_sessions_are_listed_and_ended_for_all_accounts(hall: Hall) -> None:
    """The command lists an account's sessions, and `--end` without an account ends all sessions, as after a restore."""
    browser = await signed_in(hall)
    token = await service.issue_token("supervisor", now=clock.now())
    shown = (await operate(hall.settings, "account", "sessions", "eligible")).stdout.splitlines()
    [listed] = await sessions(browser) or []
    assert len(shown) == 2
    assert shown[1].startswith(f"{listed['id']}  BROWSER ")
    ended = await operate(hall.settings, "account", "sessions", "--end")
    assert (ended.returncode, ended.stdout) == (0, "Ended 2 sessions and tokens.\n")
    assert await sessions(browser) is None
    assert (await request_with_token(hall, token)).status_code == httpx.codes.UNAUTHORIZED


async def test_added_accounts_and_tokens_are_logged(settings: Settings) -> None:
    """They are in the process log and, for staff, in the access log, without secrets."""
    added = command(settings, "account", "add", "desk", "--staff", "--district", "120101", typed=f"{GOOD}\n")
    token = command(settings, "token", "desk")
    assert [event["act"] for event in events(added.stderr + token.stderr)] == ["ADD_ACCOUNT", "ISSUE_TOKEN"]
    log = await entries(settings)
    assert [entry["act"] for entry in log][-2:] == ["ADD_ACCOUNT", "ISSUE_TOKEN"]
    assert token.stdout.strip() not in json.dumps(log) + token.stderr
    async with connected(settings):
        assert isinstance(await verification.verify(), Heads)


@pytest.mark.usefixtures("hall")
@pytest.mark.parametrize("name", ["nobody-here", "a\0b", "\ud800", "a" * 1000])
async def test_invalid_account_name_is_refused(name: str) -> None:
    """Every command refuses an invalid account name itself, before the database does."""
    for call in (administration.disable(name, now=clock.now()), service.issue_token(name, now=clock.now())):
        with pytest.raises(Refused, match="There is no such account"):
            await call
