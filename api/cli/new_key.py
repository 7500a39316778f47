"""Prints a new encryption key."""

import argparse

from api.encryption import keyring
from api.settings import Settings


async def run(_: Settings, __: argparse.Namespace) -> int:
    """Print a new key."""
    print(keyring.new_key())
    return 0
