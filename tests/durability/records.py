"""Direct access to the stored rows, and the invariants of the database."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from api.db.database import is_sqlite
from api.db.sqlite import driver
from api.enrolment import receipt as receipts
from api.enrolment.receipt_store import from_data
from api.law.rule import Verdict
from api.settings import Settings
from api.zone import in_shanghai

VIOLATIONS = {
    "a person with two standing enrolments": """
        SELECT person_id FROM flexible_employment_enrolment
        WHERE status IN ('REGISTERED', 'ACTIVE', 'SUSPENDED') GROUP BY person_id HAVING count(*) > 1""",
    "a receipt without its enrolment": """
        SELECT id FROM receipt WHERE id NOT IN (SELECT receipt_id FROM flexible_employment_enrolment)""",
    "an enrolment without its receipt": """
        SELECT id FROM flexible_employment_enrolment WHERE receipt_id NOT IN (SELECT id FROM receipt)""",
    "a consent without its enrolment": """
        SELECT id FROM consent WHERE id NOT IN (SELECT consent_id FROM flexible_employment_enrolment)""",
    "a key whose outcome is nowhere": """
        SELECT id FROM kept_answer
        WHERE enrolment_id NOT IN (SELECT public_id FROM flexible_employment_enrolment)""",
    "an enrolment that no key answers for": """
        SELECT e.id FROM flexible_employment_enrolment e
        WHERE (SELECT count(*) FROM kept_answer k
               WHERE k.enrolment_id = e.public_id AND k.operation = 'registerFlexibleEmployment') <> 1""",
    "an enrolment that is not in the access log": """
        SELECT e.person_id FROM flexible_employment_enrolment e
        WHERE (SELECT count(*) FROM access_log_entry a
               WHERE a.person_id = e.person_id AND a.purpose = '灵活就业参保登记')
           <> (SELECT count(*) FROM flexible_employment_enrolment o WHERE o.person_id = e.person_id)""",
    "an entry in the access log of no enrolment": """
        SELECT id FROM access_log_entry
        WHERE purpose = '灵活就业参保登记'
          AND person_id NOT IN (SELECT person_id FROM flexible_employment_enrolment)""",
    "a person whose record and enrolment disagree": """
        SELECT p.id FROM person p JOIN flexible_employment_enrolment e ON e.person_id = p.id
        WHERE e.status = 'REGISTERED'
          AND (p.insured_district IS NULL OR p.insured_district <> e.district)""",
}
ENROLLED = """
    SELECT e.public_id, e.verdict, e.rules_version, e.registered_at, r.number, r.issued_at, r.digest, r.lines
    FROM flexible_employment_enrolment e JOIN receipt r ON r.id = e.receipt_id"""


@asynccontextmanager
async def records(settings: Settings) -> AsyncIterator["Records"]:
    """Open a connection to the database besides those of the Hall."""
    if is_sqlite(settings):
        path = settings.database.removeprefix("sqlite://")
        with closing(driver.connect(path)) as database:

            async def query(statement: str) -> list[Any]:
                return database.execute(statement).fetchall()

            yield Records(query)
        return
    connection = await asyncpg.connect(settings.database)
    try:
        yield Records(connection.fetch)
    finally:
        await connection.close()


@dataclass(frozen=True, slots=True)
class Records:
    """The current rows of the database."""

    ask: Callable[[str], Awaitable[list[Any]]]

    async def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        [row] = await self.ask(f"SELECT count(*) FROM {table}")  # noqa: S608 - the tests' own names
        return int(row[0])

    async def enrolments(self) -> dict[str, str]:
        """Return the receipt number of each enrolment by public id."""
        return {row[0]: row[4] for row in await self.ask(ENROLLED)}

    async def broken_invariants(self) -> list[str]:
        """Return the violated invariants of the stored data."""
        found = [name for name, statement in VIOLATIONS.items() if await self.ask(statement)]
        for row in await self.ask(ENROLLED):
            found += _inconsistencies(*row)
        return found


def _inconsistencies(
    _: str, verdict: str, version: str, registered: Any, number: str, issued: Any, digest: str, lines: str
) -> list[str]:
    """Return the inconsistencies of one enrolment: frozen verdict, receipt, timestamps."""
    data = json.loads(verdict)
    frozen = Verdict.from_data(data, "FLEXIBLE_EMPLOYMENT")
    printed = [from_data(line) for line in json.loads(lines)]
    checks = {
        "a verdict that does not round-trip": frozen.to_data() == data and frozen.rules_version == version,
        "an enrolment without an ELIGIBLE verdict": frozen.outcome == "ELIGIBLE",
        "a verdict of another day": frozen.on == in_shanghai(_moment(registered)).date(),
        "a receipt with another time": _moment(issued) == _moment(registered),
        "a receipt with a wrong digest": receipts.digest(number, in_shanghai(_moment(issued)), printed) == digest,
    }
    return [name for name, holds in checks.items() if not holds]


def _moment(stored: Any) -> datetime:
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
