"""Applies the migrations that the database lacks."""

import argparse

from api.db import database
from api.settings import Settings


async def run(settings: Settings, _: argparse.Namespace) -> int:
    """Bring the database up to date, saying what was done."""
    async with database.connected(settings) as context:
        applied = await database.migrate(context)
    print("\n".join(f"applied {name}" for name in applied) or "The database is up to date.")
    return 0
