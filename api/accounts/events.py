"""Security events: sign-ins and changes of accounts, in the process log and, for staff, in the access log.

The process log names an account by its row number, which `python -m api account sessions` prints: an account's name
may be its owner's. An operator's change of a citizen's account is an entry of that person's access log.
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
from api.adapters.tortoise import current_client
from api.db.transactions.transaction import start_background

logger = logging.getLogger("hall.security")
OPERATORS = "系统管理员"
COMMAND = "python -m api account"
# Limits the access log entries that an attacker can cause by repeated tries for one account.
LIMITED_ENTRY_INTERVAL = timedelta(minutes=1)
_last_entries: WeakKeyDictionary[BaseDBAsyncClient, dict[int, datetime]] = WeakKeyDictionary()


class SecurityEvent(StrEnum):
    """The kind of a security event."""

    SIGN_IN = "SIGN_IN"
    ADD = "ADD_ACCOUNT"
    SET_PASSWORD = "SET_PASSWORD"  # noqa: S105 - the name of an act
    DISABLE = "DISABLE_ACCOUNT"
    ENABLE = "ENABLE_ACCOUNT"
    SET_ROLE = "SET_ROLE"
    SET_DISTRICTS = "SET_DISTRICTS"
    END_SESSIONS = "END_SESSIONS"
    ISSUE_TOKEN = "ISSUE_TOKEN"  # noqa: S105 - the name of an act
    ADD_WEBHOOK = "ADD_WEBHOOK"
    REMOVE_WEBHOOK = "REMOVE_WEBHOOK"


class EventOutcome(StrEnum):
    """The result of a security event."""

    DONE = "DONE"
    WRONG = "WRONG"
    LIMITED = "LIMITED"
    CROWDED = "CROWDED"
    DISABLED = "DISABLED"
    FAILED = "FAILED"


# The purpose in the access log; other outcomes are only in the process log.
SIGN_IN_PURPOSES = {
    EventOutcome.DONE: "登录",
    EventOutcome.WRONG: "登录：密码错误",
    EventOutcome.LIMITED: "登录：密码输错次数过多",
    EventOutcome.DISABLED: "登录：账号已停用",
}
COMMAND_PURPOSES = {
    SecurityEvent.ADD: "建立账号",
    SecurityEvent.SET_PASSWORD: "重设密码",
    SecurityEvent.DISABLE: "停用账号",
    SecurityEvent.ENABLE: "启用账号",
    SecurityEvent.SET_ROLE: "变更角色",
    SecurityEvent.SET_DISTRICTS: "变更负责区县",
    SecurityEvent.END_SESSIONS: "结束全部会话",
    SecurityEvent.ISSUE_TOKEN: "签发程序令牌",
    SecurityEvent.ADD_WEBHOOK: "登记通知接收方",
    SecurityEvent.REMOVE_WEBHOOK: "删除通知接收方",
}


def log(act: SecurityEvent, account: int | None, outcome: EventOutcome, reference: str) -> None:
    """Log an event; `account` is a row number, None for an unknown account."""
    level = logging.INFO if outcome in {EventOutcome.DONE, EventOutcome.WRONG} else logging.WARNING
    fields = {"act": act.value, "outcome": outcome.value, "account": account, "request_id": reference}
    logger.log(level, "security", extra={"fields": fields})


def sign_in_entries(account: Account, outcome: EventOutcome, now: datetime, reference: str) -> list[Entry]:
    """Return the access log entry for a sign-in of staff; none for a citizen's."""
    if account.role is Role.CITIZEN or outcome not in SIGN_IN_PURPOSES:
        return []
    return [
        Entry(
            person=None,
            act=SecurityEvent.SIGN_IN.value,
            granted=outcome is EventOutcome.DONE,
            at=now,
            actor=account.name,
            organisation=account.organisation,
            purpose=SIGN_IN_PURPOSES[outcome],
            fields_seen=[],
            people_seen=[],
            request_id=reference,
        )
    ]


def log_failed_sign_in(account: Account | None, outcome: EventOutcome, now: datetime, reference: str) -> None:
    """Log a failed sign-in. The entry is written in the background: its latency would reveal staff accounts."""
    log(SecurityEvent.SIGN_IN, None if account is None else account.id, outcome, reference)
    if account is None or (outcome is EventOutcome.LIMITED and not _is_entry_due(account, now)):
        return
    for entry in sign_in_entries(account, outcome, now, reference):
        start_background(record(entry))


def _is_entry_due(account: Account, now: datetime) -> bool:
    entered = _last_entries.setdefault(current_client(), {})
    last = entered.get(account.id)
    is_due = last is None or abs(now - last) >= LIMITED_ENTRY_INTERVAL
    if is_due and account.role is not Role.CITIZEN:
        entered[account.id] = now
    return is_due


def command_entry(
    act: SecurityEvent, account: Account, now: datetime, reference: str, fields: Iterable[str] = ()
) -> Entry:
    """Return the entry for an operator's change of an account; a citizen finds it in their own access log."""
    is_staff = account.role is not Role.CITIZEN
    return Entry(
        person=account.person_id,
        act=act.value,
        granted=True,
        at=now,
        actor=COMMAND,
        organisation=OPERATORS,
        purpose=f"{COMMAND_PURPOSES[act]} {account.name}" if is_staff else COMMAND_PURPOSES[act],
        fields_seen=sorted(fields),
        people_seen=[],
        request_id=reference,
    )
