"""`python -m api`: serve the Hall, bring its database up to date, load people, manage accounts."""

import argparse
import asyncio
import gc
import logging
import os
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

import uvloop

from api.accesslog.chain import ChainHead
from api.cli.accounts import arguments as account_arguments
from api.encryption.signed_note import PublicKey
from api.errors import HallError
from api.settings import Settings
from api.terminal import prepare_streams

# EX_SOFTWARE of sysexits.h. Status 1 is a result of some commands, 2 an error that the operator can fix.
CRASHED = 70


def main() -> int:
    """Run the command line; return the exit status."""
    prepare_streams()
    arguments = _arguments().parse_args()
    # Commands print their own output; only the server configures logging.
    logging.getLogger("hall").addHandler(logging.NullHandler())
    try:
        settings = Settings.from_environment(os.environ)
        # Importing creates no garbage; collections would take a quarter of its time.
        gc.disable()
        # Each command imports what it needs: printing the schema needs no database.
        command = import_module(f"api.cli.{arguments.module}")
        gc.enable()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            status: int = runner.run(command.run(settings, arguments))
    except HallError as error:
        print(f"hall: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - any other error is a crash with its own status
        return _crashed(error)
    finally:
        # The process ends: the collection at its end would traverse all modules, for a quarter of a second.
        gc.freeze()
    return status


def _crashed(error: Exception) -> int:
    """Print the traceback of a crash without its message, which may contain personal data."""
    from api.http.observability.logs import fault  # noqa: PLC0415 - only a crash needs it

    found = fault(error)
    print(
        f"hall: a fault of the Hall itself, {found['exception']}; please report it with the lines below.",
        file=sys.stderr,
    )
    print("\n".join(f"    {frame}" for frame in found["frames"]), file=sys.stderr)
    return CRASHED


def _verified_place(text: str) -> ChainHead | int | str:
    """Return what `--since` names: a head, the number of a checkpoint, or `last`."""
    if text == "last":
        return text
    return int(text) if text.isascii() and text.isdigit() else ChainHead.read(text)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m api", description="The Hall. Settings come from HALL_… variables.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, module: str, explained: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=explained, description=explained)
        added.set_defaults(module=module)
        return added

    command("serve", "serve", "Open the Hall on HALL_HOST:HALL_PORT.")
    command("migrate", "migrate", "Bring the database up to date.")
    writing = command("migration", "migration", "Write the migration that changed models need; for developers.")
    writing.add_argument("name", metavar="NAME", help="what it does, in a few words, as add_email")
    printing = command("schema", "schema", "Print the schema.")
    which = printing.add_mutually_exclusive_group()
    which.add_argument("--federation", action="store_true", help="with the keys that gateways compose it by")
    which.add_argument("--webhooks", action="store_true", help="the schema of messages to webhooks")
    command("graphiql", "graphiql", "Fetch GraphiQL's files, so that /graphiql works without a network.")
    loading = command("import", "load", "Load people.csv, participations.csv and subsidies.csv of a folder.")
    loading.add_argument("folder", type=Path, metavar="FOLDER")
    judging = command("recheck", "recheck", "Judge all enrolments anew under the rules of a day; changes nothing.")
    judging.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="the day; today by default")
    auditing = command(
        "audit", "audit", "Verify the access log, or export and remove entries that are older than six months."
    )
    auditing.add_argument("action", choices=["verify", "export", "remove"])
    auditing.add_argument("file", nargs="?", type=Path, metavar="FILE", help="that `export` writes and `remove` reads")
    auditing.add_argument(
        "--before",
        type=date.fromisoformat,
        metavar="DATE",
        help="export what is older than this day, in whole checkpoints",
    )
    auditing.add_argument(
        "--head", type=ChainHead.read, action="append", default=[], help="printed earlier, must still be in the log"
    )
    auditing.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="kept by a witness, must be in the log",
    )
    auditing.add_argument(
        "--key",
        type=PublicKey.parse,
        action="append",
        default=[],
        help="public, has signed checkpoints; as HALL_LOG_KEYS",
    )
    auditing.add_argument(
        "--since",
        type=_verified_place,
        action="append",
        default=[],
        metavar="PLACE",
        help="verified already: a head of a chain, the number of a checkpoint, or `last` for the newest checkpoint",
    )
    proving = command("proof", "proof", "Verify the proof of an entry of the access log, without a database.")
    proving.add_argument("file", type=Path, metavar="FILE")
    proving.add_argument("--key", type=PublicKey.parse, action="append", required=True, help="the log's public key")
    command("new-key", "new_key", "Print a key for HALL_SEAL_KEYS or HALL_INDEX_KEY.")
    signing = command("new-log-key", "new_log_key", "Print a key for HALL_LOG_KEYS, and the public key to publish.")
    signing.add_argument("name", metavar="NAME", help="of the log, as hall.example/access-log")
    command("seal", "seal", "Seal all that is stored anew, with the first of HALL_SEAL_KEYS.")
    saving = command("backup", "backup", "Write the embedded database to a new file, while the Hall is open or not.")
    saving.add_argument("file", type=Path, metavar="FILE")
    restoring = command("restore", "restore", "Put a backup where no database is yet.")
    restoring.add_argument("file", type=Path, metavar="FILE")
    token = command("token", "token", "Print a bearer token, good for 90 days, for programs acting as ACCOUNT.")
    token.add_argument("account", metavar="ACCOUNT")
    _add_webhooks(command("webhook", "webhook", "Tell other systems when the status of an enrolment changes."))
    accounts = command("account", "accounts.commands", "Add accounts, change them, and see where they are signed in.")
    account_arguments.add_to(accounts)
    return parser


def _add_webhooks(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    adding = actions.add_parser("add", help="Register a webhook; prints its id, and once its secret.")
    adding.add_argument(
        "account", metavar="ACCOUNT", help="of the other system; its rights decide about whom it is told"
    )
    adding.add_argument("url", metavar="URL", help="on a host of HALL_WEBHOOK_HOSTS")
    adding.add_argument("--document", type=Path, required=True, metavar="FILE", help="shapes the messages")
    adding.add_argument("--purpose", required=True, help="why; people read it in their access log")
    actions.add_parser("list", help="List webhooks, with the numbers of messages that wait.")
    for name, explained in (
        ("remove", "Remove a webhook with its messages."),
        ("retry", "Try all messages of a webhook again, also those that were given up."),
    ):
        actions.add_parser(name, help=explained).add_argument(
            "webhook", metavar="ID", help="as `webhook list` shows it"
        )


if __name__ == "__main__":
    sys.exit(main())
