"""Changes of accounts by operators: each is a security event, and all but adding end the sessions and tokens."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from api.accesslog.store import append
from api.accounts import events, passwords, sessions
from api.accounts.events import EventOutcome, SecurityEvent
from api.accounts.models import Account, Role, Session
from api.accounts.password_rules import password_problem
from api.accounts.service import account_name, account_named
from api.codes.tables import CodeTableName, table
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.unit_of_work import Work, delete_rows, insert_row, update_rows
from api.errors import Conflict, Refused
from api.people import identity_number
from api.people.models import Person

NAME_LENGTH = 64
STAFF = frozenset({Role.CLERK, Role.SUPERVISOR})


async def add_citizen(name: str, password: str, *, id_type: str, id_number: str, now: datetime) -> None:
    """Store an account for the person of that document; raise Refused if the person or a free name is missing."""
    number = identity_number.canonical(id_type, id_number)
    person = await Person.get_or_none(id_type=id_type, number_index=number)
    if person is None:
        raise Refused("No person has that document. Import the person first.")
    _require_good(password, name, person)
    await _add(name, password, now, role=Role.CITIZEN, person_id=person.id, organisation="", districts=[])


async def add_staff(name: str, password: str, *, organisation: str, districts: Sequence[str], now: datetime) -> None:
    """Store an account for a member of staff of `districts`; with none, of them all."""
    _require_good(password, name)
    role = Role.CLERK if districts else Role.SUPERVISOR
    await _add(name, password, now, role=role, organisation=organisation, districts=_known(districts))


async def set_password(name: str, password: str, *, now: datetime) -> int:
    """Give an account another password; return how many sessions and tokens ended."""
    account = await account_named(name)
    _require_good(password, name, None if account.person_id is None else await Person.get(id=account.person_id))
    return await _change(account, SecurityEvent.SET_PASSWORD, now, password_hash=passwords.hash_password(password))


async def disable(name: str, *, now: datetime) -> int:
    """Disable an account; return how many sessions and tokens ended."""
    return await _change(await account_named(name), SecurityEvent.DISABLE, now, disabled=True)


async def enable(name: str, *, now: datetime) -> int:
    """Enable a disabled account."""
    return await _change(await account_named(name), SecurityEvent.ENABLE, now, disabled=False)


async def set_role(name: str, role: Role, districts: Sequence[str], *, now: datetime) -> int:
    """Make a member of staff a clerk of `districts`, or a supervisor; return how many sessions and tokens ended."""
    if (role is Role.CLERK) is not bool(districts):
        raise Refused("A clerk has districts, and a supervisor has none: all are a supervisor's.")
    account = await _staff(name)
    return await _change(account, SecurityEvent.SET_ROLE, now, role=role, districts=_known(districts))


async def set_districts(name: str, districts: Sequence[str], *, now: datetime) -> int:
    """Give a clerk other districts; return how many sessions and tokens ended."""
    account = await _staff(name)
    if account.role is not Role.CLERK:
        raise Refused("Only a clerk has districts. Make the account a clerk's with `account roles`.")
    return await _change(account, SecurityEvent.SET_DISTRICTS, now, districts=_known(districts))


async def end_sessions(name: str, *, now: datetime) -> int:
    """End all sessions and tokens of an account; return how many there were."""
    return await _change(await account_named(name), SecurityEvent.END_SESSIONS, now)


async def end_all_sessions() -> int:
    """End all sessions and tokens of all accounts, as after a restore; return how many there were."""
    ended = await in_transaction(lambda: delete_rows(Rows(Session)))
    events.log(SecurityEvent.END_SESSIONS, None, EventOutcome.DONE, secrets.token_hex(16))
    return ended


async def shown(name: str, *, now: datetime) -> tuple[Account, list[Session]]:
    """Return an account, and its sessions that have not ended."""
    account = await account_named(name)
    return account, await sessions.list_sessions(account.id, now=now)


async def _staff(name: str) -> Account:
    account = await account_named(name)
    if account.role not in STAFF:
        raise Refused("That is a citizen's account. Add an account for the member of staff.")
    return account


def _require_good(password: str, name: str, person: Person | None = None) -> None:
    if fault := password_problem(password, account_name(name), None if person is None else person.id_number):
        raise Refused(fault)


def _known(districts: Iterable[str]) -> list[str]:
    codes = sorted(set(districts))
    there = {entry.code for entry in table(CodeTableName.DISTRICT).entries}
    if unknown := [code for code in codes if code not in there]:
        raise Refused(f"There is no district {', '.join(unknown)}. Districts have codes like 120101.")
    return codes


async def _add(name: str, password: str, now: datetime, **columns: Any) -> None:
    name, reference = account_name(name), secrets.token_hex(16)
    if not 0 < len(name) <= NAME_LENGTH:
        raise Refused(f"An account's name has 1 to {NAME_LENGTH} characters.")
    hashed = passwords.hash_password(password)

    def work() -> Work[Account]:
        account = yield from insert_row(Account, name=name, password_hash=hashed, disabled=False, demo=False, **columns)
        yield from append([events.command_entry(SecurityEvent.ADD, account, now, reference)])
        return account

    try:
        account = await in_transaction(work)
    except Conflict:
        raise Refused("That name is taken, or that person has an account already.") from None
    events.log(SecurityEvent.ADD, account.id, EventOutcome.DONE, reference)


async def _change(account: Account, act: SecurityEvent, now: datetime, **columns: Any) -> int:
    """Change columns of an account, and end its sessions and tokens in the same transaction; return how many."""
    reference = secrets.token_hex(16)

    def work() -> Work[int]:
        yield sessions.lock_account(account.id)
        if columns:
            yield from update_rows(Rows(Account).where(id=account.id), **columns)
        # guard: change-ends-sessions
        ended = yield from sessions.end_all_sessions(account.id)
        fields = {"role": "roles", "districts": "districts"}
        named = [fields[column] for column in columns if column in fields]
        yield from append([events.command_entry(act, account, now, reference, named)])
        return ended

    ended = await in_transaction(work)
    events.log(act, account.id, EventOutcome.DONE, reference)
    return ended
