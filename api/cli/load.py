"""Imports a folder of files."""

import argparse

from api import clock
from api.db import database
from api.importing import run as import_folder
from api.settings import Settings


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Load a folder of CSV files."""
    async with database.connected(settings) as context:
        await database.require_current(context)
        return await import_folder(arguments.folder, clock.today())
