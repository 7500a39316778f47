"""Opens the Hall until it is told to stop."""

import argparse

from api import server
from api.settings import Settings


async def run(settings: Settings, _: argparse.Namespace) -> int:
    """Open the Hall until it is told to stop."""
    settings.require_safe()
    return await server.serve(settings)
