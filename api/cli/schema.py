"""Prints the schema."""

import argparse
import sys

from api.schema.root import printed
from api.settings import Settings


async def run(_: Settings, __: argparse.Namespace) -> int:
    """Print the schema."""
    sys.stdout.write(printed())
    return 0
