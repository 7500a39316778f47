"""Restores a backup to a new database."""

import argparse
import secrets

from api.accounts import events
from api.cli.security_events import print_events
from api.db import backup as copies
from api.settings import Settings
from api.terminal import percentages


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Restore a backup to a path without a database."""
    print_events()
    copies.restore(settings, arguments.file, percentages())
    events.log(events.SecurityEvent.END_SESSIONS, None, events.EventOutcome.DONE, secrets.token_hex(16))
    print("Ended all sessions and tokens: people sign in again, and programs need new tokens.")
    return 0
