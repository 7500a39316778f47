"""Promises that are checked by test files, because they kill a Hall, lock its database or set its clock."""

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

from tests.attack.promise import PROMISES, Broken, Promise
from tests.attack.target import Target

TESTS = Path(__file__).parents[1]
TIMEOUT_SECONDS = 110
SUITES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "one-enrolment-each",
        "Concurrent submissions, with or without disconnects, create one enrolment per person, confirmed to all",
        ("durability/test_submissions.py",),
    ),
    (
        "killed-under-load",
        "Killed under load, no acknowledged receipt is lost; a graceful shutdown answers requests in progress",
        ("durability/test_crashes.py",),
    ),
    (
        "faults-at-every-statement",
        "An enrolment that fails at any statement is stored completely or not at all, and a retry succeeds",
        ("durability/test_faults.py", "durability/test_group_commit.py"),
    ),
    (
        "cancelled-requests",
        "Failed, timed-out and cancelled requests leave no open transaction and no used connection",
        ("durability/test_cancelled_requests.py",),
    ),
    (
        "outages",
        "A locked, full or exhausted database returns 503 with Retry-After, and retries succeed later",
        ("durability/test_outages.py",),
    ),
    (
        "lost-file",
        "If the database file is moved, deleted, replaced or overwritten, no acknowledged write is lost",
        ("durability/test_moved_file.py",),
    ),
    (
        "clocks",
        "Each request has one date, that of Shanghai, for any time zone and any change of the machine's clock",
        ("durability/test_clocks.py",),
    ),
    (
        "consistent-backups",
        "A backup taken under load is a consistent snapshot that can be restored elsewhere",
        ("durability/test_backups.py",),
    ),
    (
        "upgrades",
        "After an upgrade from an earlier release, all records, receipts, results and log entries are unchanged",
        ("upgrade",),
    ),
    (
        "stateful-model",
        "For any sequence of actions of citizens and staff, records and log equal those of a model",
        ("durability/test_stateful.py",),
    ),
    (
        "authorization",
        "Each role sees of each field what one table states, on every path to a record, counts included",
        (
            "accounts/test_authorization.py",
            "accounts/test_authorization_of_rows.py",
            "people/test_read_authorization.py",
        ),
    ),
    (
        "log-chain",
        "Changed, deleted or added entries of the access log are detected, and unlogged reads are not answered",
        ("accesslog",),
    ),
    (
        "login-throttle",
        "Six wrong passwords cause a lock of 15 minutes, and no account is locked permanently",
        ("accounts/test_login_throttle.py",),
    ),
    (
        "sessions-end",
        "Each sign-in creates a new session; sessions expire, can be ended by their owner, and are stored as digests",
        (
            "accounts/test_signing_in.py",
            "accounts/test_sessions.py",
        ),
    ),
    (
        "account-rules",
        "Common passwords are refused, changes by an operator take effect at once, and both are logged",
        (
            "accounts/test_password_rules.py",
            "accounts/test_administration.py",
            "accounts/test_events.py",
        ),
    ),
    (
        "look-ups",
        "Staff look up persons with a readable purpose, visible to the person, and reveal a limited number",
        (
            "people/test_revealing.py",
            "accesslog/test_purposes.py",
            "accesslog/test_logged.py",
        ),
    ),
    (
        "rate-limits",
        "The rate limits of accounts, addresses and look-ups are shared by all workers",
        (
            "http/test_rate_limits.py",
            "http/test_rate_limit_storage.py",
            "http/test_workers.py",
        ),
    ),
    (
        "connection-limits",
        "Request heads are limited in size and time, trailers are not headers, and excess connections are logged",
        ("http/test_connection_limits.py",),
    ),
    (
        "no-personal-data",
        "Logs, errors, metrics and traces contain no personal data",
        (
            "http/test_logs.py",
            "http/test_error_masking.py",
            "http/test_metrics.py",
            "http/test_tracing.py",
            "test_personal.py",
        ),
    ),
    (
        "encryption-at-rest",
        "An encrypted database shows no number, telephone number or address, and ciphertexts cannot be moved",
        ("encryption",),
    ),
    (
        "headers-and-cookies",
        "Security headers restrict pages, and cookies belong to this host alone",
        (
            "http/test_security_headers.py",
            "http/test_cookies.py",
        ),
    ),
)
# A thousand cancelled requests take no longer than a hundred others.
ENVIRONMENTS = {"durability/test_cancelled_requests.py": {"HALL_TEST_LOADS": "full"}}


async def _run_tests(files: tuple[str, ...], _hall: Target) -> str:
    """Run tests in a process of their own; return how many passed, or raise Broken with the failures."""
    command = (
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--show-capture=no",
        "--tb=no",
        *(str(TESTS / file) for file in files),
    )
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | ENVIRONMENTS.get(files[0], {}), cwd=TESTS.parent, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Broken(f"it was not completed within {TIMEOUT_SECONDS} s") from None
    lines = output.decode().splitlines()
    if process.returncode:
        raise Broken("; ".join(line for line in lines if line.startswith(("FAILED", "ERROR"))) or lines[-1])
    return f"{lines[-1].strip('= ')}"


PROMISES += [Promise(name, sentence, partial(_run_tests, files), needs_own=True) for name, sentence, files in SUITES]
