"""Rows of records in two statements, for the Python peers that build the records themselves."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tests.bench.peers.asking import ACCOUNTS, VALID_TOKEN
from tests.bench.peers.pages import ROWS, SIZE, cursor
from tests.bench.peers.records import Row, record

# The person of the account, or a row of nulls for staff. Parameters: digest, time.
OWN_PERSON = f"""
    SELECT person.*, employer.code AS employer_code, employer.name AS employer_name
    FROM {ACCOUNTS}
    LEFT JOIN person ON person.id = account.person_id
    LEFT JOIN employer ON employer.id = person.employer_id
    WHERE {VALID_TOKEN}
"""
# The persons of a page and the next one. Parameters: those of ROWS.
PEOPLE = f"""
    SELECT person.*, employer.code AS employer_code, employer.name AS employer_name
    FROM person LEFT JOIN employer ON employer.id = person.employer_id
    WHERE person.id IN ({ROWS})
    ORDER BY person.id
"""


def participations_of(people: Sequence[Row]) -> tuple[str, list[int]]:
    """Return the statement that selects the participations of persons, and its parameters."""
    statement = f"""
        SELECT participation.*, employer.code AS employer_code, employer.name AS employer_name
        FROM participation LEFT JOIN employer ON employer.id = participation.employer_id
        WHERE person_id IN ({",".join("?" * len(people))})
        ORDER BY started_on, participation.id
    """
    return statement, [person["id"] for person in people]


def viewer(people: Sequence[Row], periods: Iterable[Row]) -> dict[str, Any] | None:
    """Return the account with its record."""
    if not people:
        return None
    return {"person": None if people[0]["id"] is None else _records(people, periods)[0]}


def connection(people: Sequence[Row], periods: Iterable[Row]) -> dict[str, Any]:
    """Return a page of persons."""
    shown = people[:SIZE]
    info = {"hasNextPage": len(people) > SIZE, "endCursor": cursor(shown[-1]["id"]) if shown else None}
    return {"nodes": _records(shown, periods), "pageInfo": info}


def _records(people: Iterable[Row], periods: Iterable[Row]) -> list[dict[str, Any]]:
    by_person: dict[int, list[Row]] = defaultdict(list)
    for period in periods:
        by_person[period["person_id"]].append(period)
    return [record(person, by_person[person["id"]]) for person in people]
