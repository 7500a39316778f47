"""Prints the schema."""

import argparse
import sys

from api.schema.federation import subgraph_sdl
from api.schema.root import printed
from api.settings import Settings
from api.webhooks import schema as messages


async def run(_: Settings, arguments: argparse.Namespace) -> int:
    """Print the schema."""
    if arguments.webhooks:
        sys.stdout.write(messages.printed())
    else:
        sys.stdout.write(subgraph_sdl() if arguments.federation else printed())
    return 0
