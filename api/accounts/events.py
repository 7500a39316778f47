"""Security events: sign-ins, and what is done to accounts. Each is a line of the log, and of staff in the chain too.

A line names an account by its row number, which `python -m api account sessions` prints: an account's name may be its
owner's. What an operator does to a citizen's account is an entry of that person's access log.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from weakref import WeakKeyDictionary

from tortoise.backends.base.client import BaseDBAsyncClient

from api.accesslog.batch_writer import record
from api.accesslog.chain import Entry
from api.accounts.models import Account, Role
from api.db.database import start_background
from api.db.query.dispatch import current_database

logger = logging.getLogger("hall.security")
OPERATORS = "系统管理员"
COMMAND = "python -m api account"
# Anybody may go on trying: so often the log of staff gets an entry of it, and this is when it got the last one.
ENTERED_EVERY = timedelta(minutes=1)
_entered: WeakKeyDictionary[BaseDBAsyncClient, dict[int, datetime]] = WeakKeyDictionary()


class SecurityEvent(StrEnum):
    """What is done."""

    SIGN_IN = "SIGN_IN"
    ADD = "ADD_ACCOUNT"
    SET_PASSWORD = "SET_PASSWORD"  # noqa: S105 - the name of an act
    DISABLE = "DISABLE_ACCOUNT"
    ENABLE = "ENABLE_ACCOUNT"
    SET_ROLE = "SET_ROLE"
    SET_DISTRICTS = "SET_DISTRICTS"
    END_SESSIONS = "END_SESSIONS"
    ISSUE_TOKEN = "ISSUE_TOKEN"  # noqa: S105 - the name of an act


class EventOutcome(StrEnum):
    """What came of it."""

    DONE = "DONE"
    WRONG = "WRONG"
    LIMITED = "LIMITED"
    CROWDED = "CROWDED"
    DISABLED = "DISABLED"
    FAILED = "FAILED"


# What the access log says of it; of those that fail through our fault there is only the line.
TOLD = {
    EventOutcome.DONE: "登录",
    EventOutcome.WRONG: "登录：密码错误",
    EventOutcome.LIMITED: "登录：密码输错次数过多",
    EventOutcome.DISABLED: "登录：账号已停用",
}
DONE = {
    SecurityEvent.ADD: "建立账号",
    SecurityEvent.SET_PASSWORD: "重设密码",
    SecurityEvent.DISABLE: "停用账号",
    SecurityEvent.ENABLE: "启用账号",
    SecurityEvent.SET_ROLE: "变更角色",
    SecurityEvent.SET_DISTRICTS: "变更负责区县",
    SecurityEvent.END_SESSIONS: "结束全部会话",
    SecurityEvent.ISSUE_TOKEN: "签发程序令牌",
}


def log(act: SecurityEvent, account: int | None, outcome: EventOutcome, reference: str) -> None:
    """Write the line of an event; an account that there is not has no number."""
    level = logging.INFO if outcome in {EventOutcome.DONE, EventOutcome.WRONG} else logging.WARNING
    told = {"act": act.value, "outcome": outcome.value, "account": account, "request_id": reference}
    logger.log(level, "security", extra={"fields": told})


def sign_in_entries(account: Account, outcome: EventOutcome, now: datetime, reference: str) -> list[Entry]:
    """Return the entry for a sign-in of staff; none for a citizen's, of which the log alone has a line."""
    if account.role is Role.CITIZEN or outcome not in TOLD:
        return []
    return [
        Entry(
            person=None,
            act=SecurityEvent.SIGN_IN.value,
            granted=outcome is EventOutcome.DONE,
            at=now,
            actor=account.name,
            organisation=account.organisation,
            purpose=TOLD[outcome],
            fields_seen=[],
            people_seen=[],
            request_id=reference,
        )
    ]


def sign_in_refused(account: Account | None, outcome: EventOutcome, now: datetime, reference: str) -> None:
    """Note a sign-in that came to nothing; its answer does not wait for the entry, which would tell who is staff."""
    log(SecurityEvent.SIGN_IN, None if account is None else account.id, outcome, reference)
    if account is None or (outcome is EventOutcome.LIMITED and not _is_due(account, now)):
        return
    for entry in sign_in_entries(account, outcome, now, reference):
        start_background(record(entry))


def _is_due(account: Account, now: datetime) -> bool:
    """Return whether the last limited try for an account was entered a while ago."""
    entered = _entered.setdefault(current_database(), {})
    last = entered.get(account.id)
    is_due = last is None or abs(now - last) >= ENTERED_EVERY
    if is_due and account.role is not Role.CITIZEN:
        entered[account.id] = now
    return is_due


def command_entry(
    act: SecurityEvent, account: Account, now: datetime, reference: str, fields: Iterable[str] = ()
) -> Entry:
    """Return the entry for what an operator does to an account; a citizen finds it in their own access log."""
    is_staff = account.role is not Role.CITIZEN
    return Entry(
        person=account.person_id,
        act=act.value,
        granted=True,
        at=now,
        actor=COMMAND,
        organisation=OPERATORS,
        purpose=f"{DONE[act]} {account.name}" if is_staff else DONE[act],
        fields_seen=sorted(fields),
        people_seen=[],
        request_id=reference,
    )
