"""Manages accounts."""

import argparse

from api.cli.accounts import commands
from api.cli.security_events import print_events
from api.settings import Settings


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run one action on accounts."""
    print_events()
    return await commands.account(settings, arguments)
