"""Verifies the access log, exports old entries, and removes them."""

import argparse
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from time import monotonic

from api import clock
from api.accesslog import retention, store, tree
from api.accesslog.chain import ChainHead, Heads
from api.accesslog.processes import in_processes
from api.accesslog.verification import Evidence, Report, each_in_turn, verify
from api.db import database
from api.errors import Refused
from api.settings import Settings
from api.terminal import REPORT_SECONDS, say

# Fewer entries are verified sooner than further processes start.
ALONE = 100_000
LAST = "last"


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Verify, export or remove entries; return 1 if the log is not intact."""
    async with database.connected(settings) as context:
        await database.require_current(context)
        match arguments.action, arguments.file, arguments.before:
            case "verify", None, None:
                return await _verify(settings, arguments)
            case "export", Path() as file, date() as before:
                checkpoint, written = await retention.export(file, before, clock.now())
                print(f"{file} has {written} entries, up to checkpoint {checkpoint}. Copy it before you remove them.")
            case "remove", Path() as file, None:
                print(f"{await retention.remove(file, clock.now())} entries were removed.")
            case _:
                raise Refused("Use `audit verify`, `audit export FILE --before DATE` or `audit remove FILE`.")
    return 0


async def _verify(settings: Settings, arguments: argparse.Namespace) -> int:
    """Report whether the access log is intact."""
    total = (await store.heads()).entries
    verifier = in_processes(settings, os.cpu_count() or 1) if total > ALONE else each_in_turn
    evidence = await _evidence(settings, arguments)
    try:
        found = await verify(evidence, _reports(total), verifier)
    except ValueError as error:
        raise Refused(f"A file of --checkpoint cannot be used: {error}.") from None
    if not isinstance(found, Heads):
        print(f"The access log is broken at {found}.")
        return 1
    print(f"The access log holds: {found.entries} entries, head {found}.")
    return 0


async def _evidence(settings: Settings, arguments: argparse.Namespace) -> Evidence:
    since: Iterable[ChainHead | int | str] = arguments.since
    checkpoints = [each for each in since if isinstance(each, int)]
    if LAST in since:
        newest = await tree.latest()
        checkpoints.append(newest.id if newest else 0)
    return Evidence(
        heads=arguments.head,
        since=[each for each in since if isinstance(each, ChainHead)],
        since_checkpoint=max(checkpoints) if checkpoints else None,
        notes=[_read(file) for file in arguments.checkpoint],
        keys=(*(settings.log_keys.public if settings.log_keys else ()), *arguments.key),
    )


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeError):
        raise Refused(f"{file} cannot be read; name a file with a checkpoint.") from None


def _reports(total: int) -> Report:
    """Return a function that prints how far the log is verified, every few seconds; `--since` goes on there."""
    last = monotonic()

    def report(reached: ChainHead | int, entries: int) -> None:
        nonlocal last
        if monotonic() - last >= REPORT_SECONDS:
            last = monotonic()
            kind = "checkpoint " if isinstance(reached, int) else ""
            say(f"verified up to {kind}{reached}: {entries:,} of {total:,} entries", error=True)

    return report
