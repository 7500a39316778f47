"""Detects personal data: known persons of the demo and the tests are searched for in texts.

During the whole run each log record of this process at each level, each line of server processes, and the errors of
each response are searched. Findings are reported at the end of the run.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx

from api.clock import today
from api.http.observability.logs import JSONFormatter

WORD = re.compile(r"[0-9A-Za-z]{8,}")
# Values that the tests type.
TYPED = frozenset({"13800001234", "13812345678", "120101199003070013", "和平区海光路1号", "和平区南京路1号2门301"})
COLUMNS = ("id_number", "mobile_number", "name", "household_registration_address", "residential_address")
# Shorter texts occur in other words.
MIN_LENGTH = 3
# The loggers of a server process, without those of test tools.
OF_A_HALL = ("aiosqlite", "asyncpg", "graphql", "hall", "starlette", "strawberry", "tortoise", "uvicorn")
leaks: list[str] = []


@cache
def known() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return known personal data: numbers and single words, and texts that may be part of others."""
    from api.demo.ordinary import people
    from api.demo.personas import personas

    rows: list[Any] = [persona.person for persona in personas(today())] + [row for row, _ in people()]
    rows += [persona.non_mainland_info or {} for persona in personas(today())]
    values = {row.get(column) for row in rows for column in (*COLUMNS, "chinese_name", "certificate_number")}
    texts = {value for value in values if value and len(value) >= MIN_LENGTH} | TYPED
    words = frozenset(text for text in texts if WORD.fullmatch(text))
    return words, tuple(texts - words)


def people_in(text: str) -> list[str]:
    """Return the personal data in `text`."""
    words, texts = known()
    found = [word for word in WORD.findall(text) if word in words]
    return found if text.isascii() else found + [value for value in texts if value in text]


def check_for_leaks(text: str, where: str) -> None:
    """Record that `text` has personal data, without repeating it."""
    if people_in(text):
        test = os.environ.get("PYTEST_CURRENT_TEST", "?")
        leaks.append(f"{where}, during {test}")


class LeakDetector(logging.Handler):
    """Searches each record in the Hall's log format."""

    def emit(self, record: logging.LogRecord) -> None:
        """Search a record."""
        check_for_leaks(self.format(record), f"a record of {record.name} at {record.levelname}")


@contextmanager
def detecting_leaks() -> Iterator[None]:
    """Search all records of a server's loggers, from DEBUG upwards."""
    root, handler = logging.getLogger(), LeakDetector()
    handler.setFormatter(JSONFormatter())
    loggers = [logging.getLogger(name) for name in OF_A_HALL]
    before = [logger.level for logger in loggers]
    root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


async def check_response_for_leaks(response: httpx.Response) -> None:
    """Search the errors of a response."""
    content = await response.aread()
    if content.startswith(b'{"errors"') or response.status_code >= httpx.codes.BAD_REQUEST:
        check_for_leaks(content.decode(errors="replace").partition('"data":')[0], "an error")
