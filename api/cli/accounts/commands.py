"""Runs `python -m api account`: adds and changes accounts, and lists their sessions."""

import argparse
import getpass
import sys

from api import clock
from api.accounts.models import Role
from api.accounts.sessions import public_id
from api.cli.accounts import administration
from api.cli.security_events import print_events
from api.db import database
from api.errors import Refused
from api.settings import Settings
from api.zone import in_shanghai


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run an action on accounts."""
    print_events()
    async with database.connected(settings) as context:
        await database.require_current(context)
        print(await ACTIONS[arguments.action](arguments))
    return 0


async def _add(arguments: argparse.Namespace) -> str:
    number = sys.stdin.readline().strip() if arguments.id_number == "-" else arguments.id_number
    password, now = _read_password(), clock.now()
    if arguments.staff:
        await administration.add_staff(
            arguments.account, password, organisation=arguments.organisation, districts=arguments.district, now=now
        )
    else:
        await administration.add_citizen(
            arguments.account, password, id_type=arguments.id_type, id_number=number, now=now
        )
    return f"Added the account {arguments.account}."


async def _password(arguments: argparse.Namespace) -> str:
    ended = await administration.set_password(arguments.account, _read_password(), now=clock.now())
    return f"{arguments.account} has another password. {_ended_message(ended)}"


async def _disable(arguments: argparse.Namespace) -> str:
    ended = await administration.disable(arguments.account, now=clock.now())
    return f"Nobody can sign in as {arguments.account} any more. {_ended_message(ended)}"


async def _enable(arguments: argparse.Namespace) -> str:
    await administration.enable(arguments.account, now=clock.now())
    return f"{arguments.account} can be used again."


async def _roles(arguments: argparse.Namespace) -> str:
    ended = await administration.set_role(arguments.account, Role(arguments.role), arguments.district, now=clock.now())
    return f"{arguments.account} is a {arguments.role}. {_ended_message(ended)}"


async def _districts(arguments: argparse.Namespace) -> str:
    ended = await administration.set_districts(arguments.account, arguments.codes, now=clock.now())
    return f"{arguments.account} has the districts {', '.join(sorted(set(arguments.codes)))}. {_ended_message(ended)}"


async def _sessions(arguments: argparse.Namespace) -> str:
    if arguments.account is None:
        if not arguments.end:
            raise Refused("Name an account, or say --end to end the sessions of everybody.")
        return _ended_message(await administration.end_all_sessions())
    if arguments.end:
        return _ended_message(await administration.end_sessions(arguments.account, now=clock.now()))
    found, sessions = await administration.shown(arguments.account, now=clock.now())
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


def _read_password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def _ended_message(ended: int) -> str:
    return f"Ended {ended} {'session or token' if ended == 1 else 'sessions and tokens'}."


ACTIONS = {
    "add": _add,
    "password": _password,
    "disable": _disable,
    "enable": _enable,
    "roles": _roles,
    "districts": _districts,
    "sessions": _sessions,
}
