"""Writes the migrations for changed models, for developers."""

import argparse

from api.db import database
from api.db.migration_writer import write
from api.settings import Settings


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write the migrations for changed models and print their paths."""
    async with database.connected(settings) as context:
        written = await write(context, arguments.name)
    print("\n".join(f"Wrote {path}: read it." for path in written) or "Every model has its migrations.")
    return 0
