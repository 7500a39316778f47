"""Crashes, crowds and outages: in a Hall of its own, since processes are killed and databases locked.

The tests of tests/lossless/ do the work; here they run as somebody outside can run them, with larger numbers.
"""

import asyncio
import os
import sys
from pathlib import Path

from tests.attack.promise import Broken, with_its_own
from tests.attack.target import Target

ROOM = Path(__file__).parents[1] / "lossless"
PATIENCE = 110


@with_its_own
async def one_enrolment_each(_: Target) -> str:
    """Whatever is sent at once, by how many, cut off or not, everybody has one enrolment and hears of it."""
    return await _held("test_submissions.py")


@with_its_own
async def killed_under_load(_: Target) -> str:
    """Killed under load, it loses no receipt that it acknowledged; asked to end, it answers what it has begun."""
    return await _held("test_crashes.py")


@with_its_own
async def faults_at_every_statement(_: Target) -> str:
    """Wherever an enrolment fails, it is stored whole or not at all, and asking again succeeds."""
    return await _held("test_faults.py")


@with_its_own
async def given_up_anywhere(_: Target) -> str:
    """Requests that fail, take too long or are hung up on leave no transaction open and no connection taken."""
    return await _held("test_abandoned.py", HALL_TEST_LOADS="full")


@with_its_own
async def outages(_: Target) -> str:
    """Locked, full or exhausted, the database is excused by 503 with Retry-After, and everybody is enrolled later."""
    return await _held("test_outages.py")


@with_its_own
async def clocks(_: Target) -> str:
    """Days are Shanghai's, one for each request, whatever the machine's zone and whatever its clock does."""
    return await _held("test_clocks.py")


async def _held(file: str, **environment: str) -> str:
    """Run the tests of a file in a process of their own; return how many passed, or raise Broken with what failed."""
    command = (sys.executable, "-m", "pytest", "-q", "--show-capture=no", "--tb=no", str(ROOM / file))
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | environment, cwd=ROOM.parents[1], stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Broken(f"it was not done in {PATIENCE} s") from None
    lines = said.decode().splitlines()
    if process.returncode:
        raise Broken("; ".join(line for line in lines if line.startswith(("FAILED", "ERROR"))) or lines[-1])
    return f"{lines[-1].strip('= ')}"
