"""The number of SQL statements of each page is fixed, so that regressions are detected."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.http.graphql.persisted_documents import document_text
from tests.hall import Hall

DOCUMENTS = Path(__file__).parents[1] / "web" / "documents"
LOGGERS = ("tortoise.db_client", "hall.reading", "hall.writing")
# SQLite's row cache reads employers once until one changes.
EMPLOYERS = 'FROM "employer"'
# The lock of the access log exists on PostgreSQL only, and reads nothing.
UNCOUNTED = ("_lock(", EMPLOYERS)
TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT")


class Statements(logging.Handler):
    """Collects the statements of Tortoise's client, and of the Hall's readers and writer."""

    def __init__(self, unless: Sequence[str]) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._unless = unless

    def emit(self, record: logging.LogRecord) -> None:
        """Store a statement without its values."""
        statement = str(record.args[0]) if isinstance(record.args, tuple) and record.args else record.getMessage()
        is_statement = statement.upper().lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
        if is_statement and not any(each in statement for each in self._unless):
            self.seen.append(statement)


@contextmanager
def counted(unless: Sequence[str] = UNCOUNTED) -> Iterator[list[str]]:
    """Collect the statements within the context, except those that contain a text of `unless`."""
    loggers, handler = [logging.getLogger(name) for name in LOGGERS], Statements(unless)
    before = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
    try:
        yield handler.seen
    finally:
        for logger, (level, propagates) in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagates


# The first statement is the look-up of the session; the access-log entry of a list takes two.
PAGES = {
    ("home", "eligible"): 7,
    ("home", "enrolled"): 7,
    ("record", "eligible"): 6,
    ("record", "hong-kong"): 6,
    ("enrol", "eligible"): 6,
    ("schemes", "eligible"): 6,
    ("enrol-notice", "eligible"): 3,
    ("enrol-details", "eligible"): 2,
    ("enrol-district", "eligible"): 5,
    ("access", "eligible"): 3,
    ("people", "clerk"): 6,
    ("calendar", None): 0,
    ("retirement", None): 0,
    ("contributions", None): 0,
    ("contributions", "subsidised"): 3,
    ("rules", None): 0,
    ("sign-in", None): 0,
}
FLEXIBLE_EMPLOYMENT = {"scheme": "FLEXIBLE_EMPLOYMENT"}
VARIABLES: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("enrol", "enrol-notice", "enrol-details", "enrol-district"), FLEXIBLE_EMPLOYMENT),
    "retirement": {"sex": "1", "birthDate": "1980-01-01"},
    "people": {"first": 50},
    "calendar": {f"on{month:02}": f"2026-{month:02}-01" for month in range(1, 13)} | {"december": "2026-12-20"},
}


@pytest.mark.parametrize(("page", "account"), PAGES, ids=str)
async def test_statements_per_page(hall: Hall, page: str, account: str | None) -> None:
    """Each page executes one operation with a fixed number of statements."""
    document = document_text(DOCUMENTS / f"{page}.graphql")
    await hall.browser(account)
    with counted() as statements:
        answer = await hall.ask(document, VARIABLES.get(page, {}), account)
    assert "errors" not in answer
    assert len(statements) == PAGES[page, account], statements


async def test_statements_are_independent_of_page_size(hall: Hall) -> None:
    """Employers, insurances and verdicts of a page are read with a fixed number of statements."""
    document = """
    query ($first: Int) { people(first: $first) { nodes {
      employer { name } nonMainlandInfo { chineseName } insurances { type { name } employer { name } }
      flexibleEmployment { eligibility { outcome } current { receipt { number } } districts { selectable } }
    } } }
    """
    counts = set()
    await hall.browser("supervisor")
    for first in (30, 50):
        with counted() as statements:
            answer = await hall.ask(document, {"first": first}, "supervisor")
        assert len(answer["data"]["people"]["nodes"]) == first
        counts.add(len(statements))
    assert len(counts) == 1


async def test_statements_of_contributions_are_independent_of_page_size(hall: Hall) -> None:
    """The subsidies of a page are read with one statement."""
    document = """
    query ($first: Int) { people(first: $first) { nodes { flexibleEmployment { contributions { __typename } } } } }
    """
    counts = set()
    await hall.browser("supervisor")
    for first in (2, 20):
        with counted() as statements:
            answer = await hall.ask(document, {"first": first}, "supervisor")
        assert len(answer["data"]["people"]["nodes"]) == first
        counts.add(len(statements))
    assert len(counts) == 1


async def test_statements_of_enrolment(hall: Hall) -> None:
    """An enrolment executes a limited number of reads, and one transaction."""
    document = (DOCUMENTS / "enrol-send.graphql").read_text("utf-8")
    notice = (await hall.ask("{ notice { version } }"))["data"]["notice"]["version"]
    values = {
        "householdRegistrationType": "11",
        "ethnicGroup": "01",
        "residentialAddress": "天津市和平区海光路1号",
        "mobileNumber": "13800001234",
    }
    given = FLEXIBLE_EMPLOYMENT | {
        "idempotencyKey": "counted",
        "noticeVersion": notice,
        "insuredDistrict": "120101",
        "values": [{"name": name, "value": value} for name, value in values.items()],
    }
    await hall.browser("eligible")
    with counted() as statements:
        answer = await hall.ask(document, {"input": given}, "eligible")
    assert "errors" not in answer
    # The last one of them asks for webhooks, within the transaction.
    assert sum(statement.upper().startswith("SELECT") for statement in statements) <= 8, statements
    assert sum(not statement.upper().startswith("SELECT") for statement in statements) == 6, statements
