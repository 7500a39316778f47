"""Finding people in what should hold nobody: whatever the demo and the tests know of anybody, looked for in texts.

The whole run listens: to each log record of this process at each level, to each line of the Hall's processes, and to
the errors of each answer. What was overheard is told when the run ends.
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
from api.http.observability.logs import Lines

WORD = re.compile(r"[0-9A-Za-z]{8,}")
# What the tests fill in themselves.
TYPED = frozenset({"13800001234", "13812345678", "120101199003070013", "和平区海光路1号", "和平区南京路1号2门301"})
COLUMNS = ("id_number", "mobile_number", "name", "household_registration_address", "residential_address")
# Two characters are found in other words.
SHORTEST = 3
# Whoever writes in a Hall's process; the tests' own tools do not.
OF_A_HALL = ("aiosqlite", "asyncpg", "graphql", "hall", "starlette", "strawberry", "tortoise", "uvicorn")
overheard: list[str] = []


@cache
def known() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return what is known of people: numbers and words of one piece, and texts that stand among others."""
    from api.demo.ordinary import people
    from api.demo.personas import personas

    rows: list[Any] = [persona.person for persona in personas(today())] + [row for row, _ in people()]
    rows += [persona.non_mainland_info or {} for persona in personas(today())]
    values = {row.get(column) for row in rows for column in (*COLUMNS, "chinese_name", "certificate_number")}
    texts = {value for value in values if value and len(value) >= SHORTEST} | TYPED
    words = frozenset(text for text in texts if WORD.fullmatch(text))
    return words, tuple(texts - words)


def people_in(text: str) -> list[str]:
    """Return what `text` holds of anybody."""
    words, texts = known()
    found = [word for word in WORD.findall(text) if word in words]
    return found if text.isascii() else found + [value for value in texts if value in text]


def listen(text: str, where: str) -> None:
    """Remember that somebody was found in `text`; without repeating who."""
    if people_in(text):
        test = os.environ.get("PYTEST_CURRENT_TEST", "?")
        overheard.append(f"{where}, during {test}")


class Listener(logging.Handler):
    """Hears each record as the Hall would write it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Listen."""
        listen(self.format(record), f"a record of {record.name} at {record.levelname}")


@contextmanager
def listening() -> Iterator[None]:
    """Listen to all records that a Hall could write, from DEBUG upwards."""
    root, handler = logging.getLogger(), Listener()
    handler.setFormatter(Lines())
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


async def hear(response: httpx.Response) -> None:
    """Listen to the errors of an answer."""
    content = await response.aread()
    if content.startswith(b'{"errors"') or response.status_code >= httpx.codes.BAD_REQUEST:
        listen(content.decode(errors="replace").partition('"data":')[0], "an error")
