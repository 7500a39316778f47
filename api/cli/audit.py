"""Verifies the access log."""

import argparse
from collections.abc import Callable
from time import monotonic

from api.accesslog import verification
from api.accesslog.chain import BrokenChain, ChainHead
from api.db import database
from api.settings import Settings
from api.terminal import REPORT_SECONDS, say


def _reports() -> Callable[[ChainHead], None]:
    """Return a function that prints how far the log is verified, every few seconds; `--since` goes on there."""
    last = monotonic()

    def report(reached: ChainHead) -> None:
        nonlocal last
        if monotonic() - last >= REPORT_SECONDS:
            last = monotonic()
            say(f"verified up to {reached}", error=True)

    return report


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Report whether the access log is intact; return 1 if it is not."""
    async with database.connected(settings) as context:
        await database.require_current(context)
        found = await verification.verify(arguments.head, since=arguments.since, report=_reports())
    if isinstance(found, BrokenChain):
        print(f"The access log is broken at {found}.")
        return 1
    print(f"The access log holds: {found.entries} entries, head {found}.")
    return 0
