"""Promises that need a Hall of their own, because they kill it, lock its database or set its clock, and their tests."""

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

from tests.attack.promise import PROMISES, Broken, Promise
from tests.attack.target import Target

ROOM = Path(__file__).parents[1]
TIMEOUT_SECONDS = 110
OWN: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "one-enrolment-each",
        "Whatever is sent at once, by how many, cut off or not, everybody has one enrolment and hears of it",
        ("lossless/test_submissions.py",),
    ),
    (
        "killed-under-load",
        "Killed under load, it loses no receipt that it acknowledged; asked to end, it answers what it has begun",
        ("lossless/test_crashes.py",),
    ),
    (
        "faults-at-every-statement",
        "Wherever an enrolment fails, it is stored whole or not at all, and asking again succeeds",
        ("lossless/test_faults.py", "lossless/test_together.py"),
    ),
    (
        "given-up-anywhere",
        "Requests that fail, take too long or are hung up on leave no transaction open and no connection taken",
        ("lossless/test_abandoned.py",),
    ),
    (
        "outages",
        "Locked, full or exhausted, the database is excused by 503 with Retry-After, and everybody is enrolled later",
        ("lossless/test_outages.py",),
    ),
    (
        "the-file-stands",
        "Moved, deleted, replaced or overwritten, the file of the database takes nothing that was acknowledged along",
        ("lossless/test_moved.py",),
    ),
    (
        "clocks",
        "Days are Shanghai's, one for each request, whatever the machine's zone and whatever its clock does",
        ("lossless/test_clocks.py",),
    ),
    (
        "copies-are-one-moment",
        "A copy taken while people enrol is one moment of the database, whole, and serves elsewhere",
        ("lossless/test_backups.py",),
    ),
    (
        "earlier-releases-go-on",
        "Whoever comes from an earlier release finds every record, receipt, answer and log entry as it was",
        ("releases",),
    ),
    (
        "every-history",
        "Whatever people and staff do in whatever order, records and log are what a model says",
        ("lossless/test_histories.py",),
    ),
    (
        "who-may-what",
        "Each role sees of each field what one table says, along every way to a record, counts included",
        (
            "accounts/test_authorization.py",
            "accounts/test_table.py",
            "people/test_reading.py",
        ),
    ),
    (
        "the-log-is-a-chain",
        "Nobody changes, drops or adds an entry of the access log unseen, and what cannot be logged is not answered",
        ("accesslog",),
    ),
    (
        "guessing-is-slowed",
        "Six wrong passwords and a quarter of an hour, and nobody is locked out for good",
        ("accounts/test_guessing.py",),
    ),
    (
        "sessions-end",
        "Sessions are new at each sign-in, end by themselves and by their owner, and no secret is stored",
        (
            "accounts/test_signing_in.py",
            "accounts/test_sessions.py",
        ),
    ),
    (
        "accounts-have-rules",
        "No account has a password that anybody would try, what an operator changes counts at once, and all is logged",
        (
            "accounts/test_password_rules.py",
            "accounts/test_administration.py",
            "accounts/test_events.py",
        ),
    ),
    (
        "one-look-at-a-time",
        "Staff look a known person up with a purpose that can be read, seen by the person, and see few in full",
        (
            "people/test_revealing.py",
            "accesslog/test_purposes.py",
            "accesslog/test_logged.py",
        ),
    ),
    (
        "limits-hold",
        "Accounts, addresses and staff's look-ups have limits, of all processes together",
        (
            "http/test_rates.py",
            "http/test_counts.py",
            "http/test_workers.py",
        ),
    ),
    (
        "connections-have-limits",
        "A head has a size and a time, trailers are no headers, and more connections than there is room for are logged",
        ("http/test_connection_limits.py",),
    ),
    (
        "nobody-is-told-of",
        "No log, error, number or trace holds anybody's data",
        (
            "http/test_logs.py",
            "http/test_masks.py",
            "http/test_metrics.py",
            "http/test_tracing.py",
            "test_personal.py",
        ),
    ),
    (
        "sealed-at-rest",
        "Whoever reads a sealed database sees no number, telephone or address, and moves none",
        ("sealing",),
    ),
    (
        "headers-and-cookies",
        "Browsers are told what pages may do, and cookies belong to this host alone",
        (
            "http/test_security_headers.py",
            "http/test_cookies.py",
        ),
    ),
)
# A thousand requests that are given up take no longer than a hundred of others.
LOADS = {"lossless/test_abandoned.py": {"HALL_TEST_LOADS": "full"}}


async def _held(files: tuple[str, ...], _hall: Target) -> str:
    """Run tests in a process of their own; return how many passed, or raise Broken with what failed."""
    command = (
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--show-capture=no",
        "--tb=no",
        *(str(ROOM / file) for file in files),
    )
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | LOADS.get(files[0], {}), cwd=ROOM.parent, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Broken(f"it was not done in {TIMEOUT_SECONDS} s") from None
    lines = said.decode().splitlines()
    if process.returncode:
        raise Broken("; ".join(line for line in lines if line.startswith(("FAILED", "ERROR"))) or lines[-1])
    return f"{lines[-1].strip('= ')}"


PROMISES += [Promise(name, sentence, partial(_held, files), needs_own=True) for name, sentence, files in OWN]
