"""Fetches and bundles GraphiQL."""

import argparse

from api.http.graphiql.setup import install
from api.settings import Settings


async def run(settings: Settings, _: argparse.Namespace) -> int:
    """Fetch and bundle GraphiQL's files."""
    return install(settings)
