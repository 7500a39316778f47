"""Applies the pending migrations."""

import argparse

from api.db import database
from api.settings import Settings


async def run(settings: Settings, _: argparse.Namespace) -> int:
    """Apply the pending migrations and print their names."""
    async with database.connected(settings) as context:
        applied = await database.migrate(context)
    print("\n".join(f"applied {name}" for name in applied) or "The database is up to date.")
    return 0
