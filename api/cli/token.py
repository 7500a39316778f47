"""Prints a bearer token."""

import argparse

from api import clock
from api.accounts import service
from api.cli.security_events import print_events
from api.db import database
from api.settings import Settings


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print a bearer token."""
    print_events()
    async with database.connected(settings) as context:
        await database.require_current(context)
        print(await service.issue_token(arguments.account, now=clock.now()))
    return 0
