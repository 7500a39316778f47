"""The arguments of `python -m api account`. Does not import the database; commands.py runs the actions."""

import argparse

ORGANISATION = "天津市社会保险经办机构"


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the actions on accounts to the parser of the command."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, explained: str) -> argparse.ArgumentParser:
        added = actions.add_parser(name, help=explained, description=explained)
        added.set_defaults(action=name)
        return added

    def about(name: str, explained: str) -> argparse.ArgumentParser:
        added = action(name, explained)
        added.add_argument("account", metavar="ACCOUNT")
        return added

    adding = about("add", "Add an account; the password is asked for, or read from standard input.")
    whose = adding.add_mutually_exclusive_group(required=True)
    whose.add_argument(
        "--id-number", metavar="NUMBER", help="of the citizen whose account it is; - reads it from standard input"
    )
    whose.add_argument("--staff", action="store_true", help="the account of a member of staff")
    adding.add_argument("--id-type", default="01", metavar="CODE", help="the kind of document; 01 by default")
    adding.add_argument("--district", action="append", default=[], metavar="CODE", help="of the staff; none means all")
    adding.add_argument("--organisation", default=ORGANISATION, help="of the staff, as people will read it")
    about("password", "Set another password, asked for or read from standard input; ends all sessions.")
    about("disable", "Disable an account: it cannot sign in any more; ends all sessions.")
    about("enable", "Let an account be used again.")
    roles = about("roles", "Make a member of staff a clerk of some districts, or a supervisor.")
    roles.add_argument("role", choices=["CLERK", "SUPERVISOR"])
    roles.add_argument("--district", action="append", default=[], metavar="CODE", help="of a clerk")
    districts = about("districts", "Give a clerk other districts.")
    districts.add_argument("codes", nargs="+", metavar="CODE")
    sessions = action("sessions", "Show where an account is signed in, tokens of programs included.")
    sessions.add_argument("account", nargs="?", metavar="ACCOUNT")
    sessions.add_argument(
        "--end", action="store_true", help="end them all; without ACCOUNT those of everybody, as after a restore"
    )
