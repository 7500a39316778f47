"""Writes the embedded database to a new file."""

import argparse

from api.db import backup as copies
from api.settings import Settings
from api.terminal import percentages


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write the embedded database to a new file."""
    copies.save(settings, arguments.file, percentages())
    return 0
