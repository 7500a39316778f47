"""Judges all enrolments again by the rules of a day."""

import argparse
import sys

from tqdm import tqdm

from api import clock
from api.db import database
from api.enrolment import recheck as rechecking
from api.schemes.registry import SCHEMES
from api.settings import Settings


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Report enrolments with a different verdict; return 1 if there are any."""
    on = arguments.on or clock.today()
    different = 0
    async with database.connected(settings) as context:
        await database.require_current(context)
        total = sum([await rechecking.count(scheme) for scheme in SCHEMES.values()])
        with tqdm(total=total, unit=" enrolments", disable=not sys.stderr.isatty()) as bar:
            for scheme in SCHEMES.values():
                async for rechecked in rechecking.recheck(scheme, on):
                    bar.update()
                    if rechecked.differences:
                        different += 1
                        tqdm.write(f"{rechecked.enrolment}  {'; '.join(rechecked.differences)}")
    print(f"{total} enrolments under the rules of {on}: {different} would be decided otherwise.")
    return 1 if different else 0
