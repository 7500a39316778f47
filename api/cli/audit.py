"""Verifies the access log."""

import argparse

from api.accesslog import store
from api.accesslog.chain import BrokenChain
from api.db import database
from api.settings import Settings


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Report whether the access log is intact; return 1 if it is not."""
    async with database.connected(settings) as context:
        await database.require_current(context)
        found = await store.verify(arguments.head)
    if isinstance(found, BrokenChain):
        print(f"The access log is broken at entry {found.number}: {found.why}.")
        return 1
    print(f"The access log holds: {found.number} entries, head {found}.")
    return 0
