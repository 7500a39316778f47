"""Serves the Hall until it is stopped."""

import argparse

from api import server
from api.settings import Settings


async def run(settings: Settings, _: argparse.Namespace) -> int:
    """Serve the Hall until it is stopped."""
    settings.require_safe()
    return await server.serve(settings)
