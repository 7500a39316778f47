"""Writes the embedded database to a new file."""

import argparse

from api.db import backup as copies
from api.settings import Settings


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write the embedded database to a new file."""
    copies.save(settings, arguments.file)
    return 0
