"""Runs `python -m api account`: adds and changes accounts, and lists their sessions."""

import argparse
import getpass
import sys

from api import clock
from api.accounts.models import Role
from api.accounts.sessions import public_id
from api.cli.accounts import administration
from api.db import database
from api.errors import Refused
from api.settings import Settings
from api.zone import in_shanghai


async def account(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run an action on accounts."""
    async with database.connected(settings) as context:
        await database.require_current(context)
        print(await DOES[arguments.action](arguments))
    return 0


async def _add(given: argparse.Namespace) -> str:
    number = sys.stdin.readline().strip() if given.id_number == "-" else given.id_number
    password, now = _asked(), clock.now()
    if given.staff:
        await administration.add_staff(
            given.account, password, organisation=given.organisation, districts=given.district, now=now
        )
    else:
        await administration.add_citizen(given.account, password, id_type=given.id_type, id_number=number, now=now)
    return f"Added the account {given.account}."


async def _password(given: argparse.Namespace) -> str:
    ended = await administration.set_password(given.account, _asked(), now=clock.now())
    return f"{given.account} has another password. {_told(ended)}"


async def _disable(given: argparse.Namespace) -> str:
    ended = await administration.disable(given.account, now=clock.now())
    return f"Nobody can sign in as {given.account} any more. {_told(ended)}"


async def _enable(given: argparse.Namespace) -> str:
    await administration.enable(given.account, now=clock.now())
    return f"{given.account} can be used again."


async def _roles(given: argparse.Namespace) -> str:
    ended = await administration.set_role(given.account, Role(given.role), given.district, now=clock.now())
    return f"{given.account} is a {given.role}. {_told(ended)}"


async def _districts(given: argparse.Namespace) -> str:
    ended = await administration.set_districts(given.account, given.codes, now=clock.now())
    return f"{given.account} has the districts {', '.join(sorted(set(given.codes)))}. {_told(ended)}"


async def _sessions(given: argparse.Namespace) -> str:
    if given.account is None:
        if not given.end:
            raise Refused("Name an account, or say --end to end the sessions of everybody.")
        return _told(await administration.end_all_sessions())
    if given.end:
        return _told(await administration.end_sessions(given.account, now=clock.now()))
    found, sessions = await administration.shown(given.account, now=clock.now())
    state = "disabled" if found.disabled else "enabled"
    return "\n".join(
        [
            f"{found.name}: account number {found.id}, {found.role.value}, {state}, {len(sessions)} sessions",
            *(
                f"{public_id(each)}  {each.kind.value:<8} begun {in_shanghai(each.started_at):%Y-%m-%d %H:%M}, "
                f"last used {in_shanghai(each.seen_at):%Y-%m-%d %H:%M}, "
                f"ends {in_shanghai(each.expires_at):%Y-%m-%d %H:%M}"
                for each in sessions
            ),
        ]
    )


def _asked() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def _told(ended: int) -> str:
    return f"Ended {ended} {'session or token' if ended == 1 else 'sessions and tokens'}."


DOES = {
    "add": _add,
    "password": _password,
    "disable": _disable,
    "enable": _enable,
    "roles": _roles,
    "districts": _districts,
    "sessions": _sessions,
}
