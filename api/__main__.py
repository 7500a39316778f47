"""`python -m api`: serve the Hall, bring its database up to date, load people, manage accounts."""

import argparse
import asyncio
import logging
import os
import secrets
import sys
from datetime import date
from pathlib import Path

import uvloop

from api.accesslog.chain import BrokenChain, ChainHead
from api.cli.accounts import arguments as of_accounts
from api.errors import HallError
from api.settings import Settings
from api.terminal import forgiving

# As sysexits.h has it: a fault of the program. 1 is an answer of some commands, and 2 what the operator can mend.
CRASHED = 70


def main() -> int:
    """Carry out the command line; return the exit status."""
    forgiving()
    arguments = _arguments().parse_args()
    # What a command has to say it says itself; the server configures a log.
    logging.getLogger("hall").addHandler(logging.NullHandler())
    try:
        settings = Settings.from_environment(os.environ)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            status: int = runner.run(arguments.command(settings, arguments))
    except HallError as error:
        print(f"hall: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no answer, and its status is none
        return _crashed(error)
    return status


def _crashed(error: Exception) -> int:
    """Say where a fault of ours happened, without its message, which may hold what is stored of people."""
    from api.http.observability.logs import fault  # noqa: PLC0415 - only a crash needs it

    found = fault(error)
    print(
        f"hall: a fault of the Hall itself, {found['exception']}; please report it with the lines below.",
        file=sys.stderr,
    )
    print("\n".join(f"    {frame}" for frame in found["frames"]), file=sys.stderr)
    return CRASHED


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m api", description="The Hall. Settings come from HALL_… variables.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, does: object, explained: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=explained, description=explained)
        added.set_defaults(command=does)
        return added

    command("serve", serve, "Open the Hall on HALL_HOST:HALL_PORT.")
    command("migrate", migrate, "Bring the database up to date.")
    command("schema", print_schema, "Print the schema.")
    command("graphiql", graphiql, "Fetch GraphiQL's files, so that /graphiql works without a network.")
    loading = command("import", load, "Load people.csv, participations.csv and subsidies.csv of a folder.")
    loading.add_argument("folder", type=Path, metavar="FOLDER")
    judging = command("recheck", recheck, "Judge all enrolments anew under the rules of a day; changes nothing.")
    judging.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="the day; today by default")
    auditing = command("audit", audit, "Go through the access log from end to end; changes nothing.")
    auditing.add_argument("action", choices=["verify"])
    auditing.add_argument(
        "--head", type=ChainHead.read, action="append", default=[], help="printed earlier, must still be in the log"
    )
    command("new-key", new_key, "Print a key for HALL_SEAL_KEYS or HALL_INDEX_KEY.")
    command("seal", seal, "Seal all that is stored anew, with the first of HALL_SEAL_KEYS.")
    saving = command("backup", backup, "Write the embedded database to a new file, while the Hall is open or not.")
    saving.add_argument("file", type=Path, metavar="FILE")
    restoring = command("restore", restore, "Put a backup where no database is yet.")
    restoring.add_argument("file", type=Path, metavar="FILE")
    token = command("token", issue_token, "Print a bearer token, good for 90 days, for programs acting as ACCOUNT.")
    token.add_argument("account", metavar="ACCOUNT")
    accounts = command("account", account, "Add accounts, change them, and see where they are signed in.")
    of_accounts.add_to(accounts)
    return parser


async def serve(settings: Settings, _: argparse.Namespace) -> int:
    """Open the Hall until it is told to stop."""
    from api import server  # noqa: PLC0415 - the other commands need no server

    settings.require_safe()
    return await server.serve(settings)


async def migrate(settings: Settings, _: argparse.Namespace) -> int:
    """Bring the database up to date, saying what was done."""
    from api.db import database  # noqa: PLC0415 - printing the schema needs no database

    async with database.connected(settings) as context:
        applied = await database.migrate(context)
    print("\n".join(f"applied {name}" for name in applied) or "The database is up to date.")
    return 0


async def print_schema(_: Settings, __: argparse.Namespace) -> int:
    """Print the schema."""
    from api.schema.root import printed  # noqa: PLC0415 - importing every room takes a moment

    sys.stdout.write(printed())
    return 0


async def graphiql(settings: Settings, _: argparse.Namespace) -> int:
    """Fetch and bundle GraphiQL's files."""
    from api.http.graphiql.setup import install  # noqa: PLC0415 - only this command needs npm

    return install(settings)


async def load(settings: Settings, arguments: argparse.Namespace) -> int:
    """Load a folder of CSV files."""
    from api import clock  # noqa: PLC0415 - as above
    from api.db import database  # noqa: PLC0415 - as above
    from api.importing import run  # noqa: PLC0415 - as above

    async with database.connected(settings) as context:
        await database.require_current(context)
        return await run(arguments.folder, clock.today())


async def recheck(settings: Settings, arguments: argparse.Namespace) -> int:
    """Report where enrolments would be decided otherwise; return 1 if any would."""
    from tqdm import tqdm  # noqa: PLC0415 - only the long commands show a bar

    from api import clock  # noqa: PLC0415 - printing the schema needs no database
    from api.db import database  # noqa: PLC0415 - printing the schema needs no database
    from api.schemes.flexible_employment import recheck as rechecking  # noqa: PLC0415 - as above

    on = arguments.on or clock.today()
    different = 0
    async with database.connected(settings) as context:
        await database.require_current(context)
        total = await rechecking.count()
        with tqdm(total=total, unit=" enrolments", disable=not sys.stderr.isatty()) as bar:
            async for rechecked in rechecking.recheck(on):
                bar.update()
                if rechecked.differences:
                    different += 1
                    tqdm.write(f"{rechecked.enrolment}  {'; '.join(rechecked.differences)}")
    print(f"{total} enrolments under the rules of {on}: {different} would be decided otherwise.")
    return 1 if different else 0


async def audit(settings: Settings, arguments: argparse.Namespace) -> int:
    """Report whether the access log is what was written; return 1 if it is not."""
    from api.accesslog import store  # noqa: PLC0415 - as above
    from api.db import database  # noqa: PLC0415 - as above

    async with database.connected(settings) as context:
        await database.require_current(context)
        found = await store.verified(arguments.head)
    if isinstance(found, BrokenChain):
        print(f"The access log is broken at entry {found.number}: {found.why}.")
        return 1
    print(f"The access log holds: {found.number} entries, head {found}.")
    return 0


async def new_key(_: Settings, __: argparse.Namespace) -> int:
    """Print a fresh key."""
    from api.encryption import keyring  # noqa: PLC0415 - as above

    print(keyring.new_key())
    return 0


async def seal(settings: Settings, _: argparse.Namespace) -> int:
    """Seal all that is stored anew, with a bar."""
    from tqdm import tqdm  # noqa: PLC0415 - only the long commands show a bar

    from api.db import database, reencryption  # noqa: PLC0415 - as above

    async with database.connected(settings) as context:
        await database.require_current(context)
        with tqdm(unit=" rows", disable=None) as bar:
            async for rows in reencryption.seal_anew():
                bar.update(rows)
    print(f"Sealed {bar.n} rows." if settings.ring.seals else f"{bar.n} rows are stored as they are.")
    return 0


async def backup(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write the embedded database to a new file."""
    from api.db import backup as copies  # noqa: PLC0415 - as above

    copies.save(settings, arguments.file)
    return 0


async def restore(settings: Settings, arguments: argparse.Namespace) -> int:
    """Put a backup where no database is yet."""
    from api.accounts import events  # noqa: PLC0415 - as above
    from api.db import backup as copies  # noqa: PLC0415 - as above

    _say_events()
    copies.restore(settings, arguments.file)
    events.log(events.SecurityEvent.END_SESSIONS, None, events.EventOutcome.DONE, secrets.token_hex(16))
    print("Ended all sessions and tokens: people sign in again, and programs need new tokens.")
    return 0


async def issue_token(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print a bearer token."""
    from api import clock  # noqa: PLC0415 - as above
    from api.accounts import service  # noqa: PLC0415 - as above
    from api.db import database  # noqa: PLC0415 - as above

    _say_events()
    async with database.connected(settings) as context:
        await database.require_current(context)
        print(await service.issue_token(arguments.account, now=clock.now()))
    return 0


async def account(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do something with accounts."""
    from api.cli.accounts import commands  # noqa: PLC0415 - as above

    _say_events()
    return await commands.account(settings, arguments)


def _say_events() -> None:
    """Write security events to standard error, as the server writes them to its log."""
    from api.http.observability.logs import SECURITY, Lines  # noqa: PLC0415 - as above

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    events = logging.getLogger(SECURITY)
    events.addHandler(handler)
    events.setLevel(logging.INFO)


if __name__ == "__main__":
    sys.exit(main())
