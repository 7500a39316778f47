"""Serves the Hall until it is stopped."""

import argparse
from dataclasses import replace

from api import server
from api.demo import demo_log_keys
from api.settings import Settings


async def run(settings: Settings, _: argparse.Namespace) -> int:
    """Serve the Hall until it is stopped."""
    settings.require_safe()
    if settings.is_demo and settings.log_keys is None:
        settings = replace(settings, log_keys=demo_log_keys(settings))
    return await server.serve(settings)
