"""Stores a batch of records in one transaction: inserts new ones, updates changed ones."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tortoise.models import Model

from api import encryption
from api.importing.bulk_insert import insert_rows
from api.importing.columns import NON_MAINLAND
from api.importing.records import Record
from api.people import names
from api.people.models import Employer, NonMainlandInfo, Participation, Person, Subsidy
from api.people.service import district_of
from api.schemes.registry import SCHEMES, update_standings

Document = tuple[str, str]


@dataclass(slots=True)
class BatchResult:
    """The result of a batch; `strangers` are records of unknown people."""

    stored: int
    unchanged: int
    strangers: list[Record]


Store = Callable[[Sequence[Record], date], Awaitable[BatchResult]]


async def store_people(records: Sequence[Record], on: date) -> BatchResult:
    """Insert or update people."""
    employers = await _employers(records)
    present = {(row.id_type, row.id_number): row for row in await _people(records)}
    wanted = {record.document: _person_columns(record, employers) for record in records}
    added = [
        Person(id_type=document[0], id_number=document[1], recorded_on=on, **columns)
        for document, columns in wanted.items()
        if document not in present
    ]
    changed = {
        document: columns | {"recorded_on": on}
        for document, columns in wanted.items()
        if document in present and _differs(present[document], columns)
    }
    await insert_rows(Person, added)
    for document, columns in changed.items():
        row = present[document]
        await Person.filter(id=row.id).update(**encryption.as_stored(Person, row.public_id, columns))
    informed = await _store_non_mainland_infos(records)
    if informed:
        ids = [row.id for row in await _people(records) if row_document(row) in informed]
        await Person.filter(id__in=ids).update(recorded_on=on)
    touched = {row_document(row) for row in added} | set(changed) | informed
    return BatchResult(len(touched), len(records) - len(touched), [])


def row_document(row: Person) -> Document:
    """Return the type and the number of a person's document."""
    return row.id_type, row.id_number


def _person_columns(record: Record, employers: Mapping[str, int]) -> dict[str, Any]:
    skipped = {column.stored for column in NON_MAINLAND}
    columns = {name: value for name, value in record.values.items() if name not in skipped}
    return _with_employer(columns, employers) | {"folded_name": names.fold(columns["name"])}


async def _store_non_mainland_infos(records: Sequence[Record]) -> set[Document]:
    """Store the facts of people without mainland registration; return the documents of changed rows."""
    stored = [column.stored for column in NON_MAINLAND]
    columns_of = {
        record.document: {name: record.values[name] for name in stored if name in record.values} for record in records
    }
    columns_of = {document: columns for document, columns in columns_of.items() if any(columns.values())}
    if not columns_of:
        return set()
    concerned = [record for record in records if record.document in columns_of]
    ids = {row_document(row): row.id for row in await _people(concerned)}
    present = {row.pk: row for row in await NonMainlandInfo.filter(person_id__in=list(ids.values()))}
    touched = set()
    for document, columns in columns_of.items():
        row = present.get(ids[document])
        if row is None:
            await NonMainlandInfo.create(person_id=ids[document], **columns)
        elif _differs(row, columns):
            encrypted = encryption.as_stored(NonMainlandInfo, row.pk, columns)
            await NonMainlandInfo.filter(person_id=row.pk).update(**encrypted)
        else:
            continue
        touched.add(document)
    return touched


async def store_participations(records: Sequence[Record], on: date) -> BatchResult:
    """Insert periods of insurance, or update those of the same person, insurance, district, employer and first day.

    Updates the status of these people's enrolments.
    """
    people = {row_document(row): row for row in await _people(records)}
    employers = await _employers(records)
    known = [record for record in records if record.document in people]
    present: dict[tuple[Any, ...], Participation] = {}
    for row in await Participation.filter(person_id__in=[person.id for person in people.values()]):
        present[_period_key(row.person_id, row.type, row.district, row.employer_id, row.started_on)] = row
    added: list[Participation] = []
    updated: set[int] = set()
    changed = 0
    for record in known:
        columns = _with_employer(dict(record.values), employers)
        person = people[record.document]
        key = _period_key(
            person.id,
            columns["type"],
            columns.get("district"),
            columns.get("employer_id"),
            columns.get("started_on"),
        )
        if key not in present:
            present[key] = Participation(person_id=person.id, **columns)
            added.append(present[key])
        elif _differs(present[key], columns):
            await present[key].update_from_dict(columns).save()
            updated.add(person.id)
            changed += 1
    await insert_rows(Participation, added)
    if added or changed:
        touched = {row.person_id for row in added} | updated
        await Person.filter(id__in=list(touched)).update(recorded_on=on)
        await update_standings({person.id for person in people.values()}, on)
    await _update_districts(people.values(), present.values())
    strangers = [record for record in records if record.document not in people]
    return BatchResult(len(added) + changed, len(known) - len(added) - changed, strangers)


def _period_key(*parts: Any) -> tuple[Any, ...]:
    return parts


async def _update_districts(people: Any, periods: Any) -> None:
    """Set people's districts to those of the newest periods, preferring paid ones, unless an enrolment is in force."""
    by_person: dict[int, list[Participation]] = defaultdict(list)
    for row in periods:
        by_person[row.person_id].append(row)
    newest = {person.id: district_of(by_person[person.id]) for person in people}
    moving = {
        person.id: newest[person.id]
        for person in people
        if newest[person.id] is not None and newest[person.id] != person.insured_district
    }
    enrolled = {person for scheme in SCHEMES.values() for person in await scheme.store.enrolled_people(moving)}
    by_district: dict[str, list[int]] = defaultdict(list)
    for person, district in moving.items():
        if person not in enrolled and district:
            by_district[district].append(person)
    for district, ids in by_district.items():
        await Person.filter(id__in=ids).update(insured_district=district)


async def store_subsidies(records: Sequence[Record], _on: date) -> BatchResult:
    """Insert subsidies, or update the end of those of the same person, district and first day."""
    people = {row_document(row): row.id for row in await _people(records)}
    known = [record for record in records if record.document in people]
    present = {
        (row.person_id, row.district, row.starts_on): row
        for row in await Subsidy.filter(person_id__in=list(people.values()))
    }
    touched = 0
    for record in known:
        person = people[record.document]
        row = present.get((person, record.values["district"], record.values["starts_on"]))
        if row is None:
            await Subsidy.create(person_id=person, **record.values)
        elif _differs(row, record.values):
            await Subsidy.filter(id=row.id).update(**record.values)
        else:
            continue
        touched += 1
    strangers = [record for record in records if record.document not in people]
    return BatchResult(touched, len(known) - touched, strangers)


async def _people(records: Sequence[Record]) -> list[Person]:
    documents = {record.document for record in records}
    rows = await Person.filter(number_index__in=[number for _, number in documents])
    return [row for row in rows if row_document(row) in documents]


async def _employers(records: Sequence[Record]) -> dict[str, int]:
    """Return the row numbers of these records' employers by code, and insert new employers.

    A stored name is never changed; an employer without a name gets its code as a placeholder.
    """
    named: dict[str, str] = {}
    for record in records:
        if code := record.values.get("employer_code"):
            named[code] = named.get(code) or record.values.get("employer_name") or ""
    if not named:
        return {}
    present = {row.code: row for row in await Employer.filter(code__in=list(named))}
    for code, row in present.items():
        if row.name == code and named[code]:
            await Employer.filter(id=row.id).update(name=named[code])
    missing = [Employer(code=code, name=name or code) for code, name in named.items() if code not in present]
    if missing:
        await Employer.bulk_create(missing, ignore_conflicts=True)
    return dict(await Employer.filter(code__in=list(named)).values_list("code", "id"))


def _with_employer(columns: dict[str, Any], employers: Mapping[str, int]) -> dict[str, Any]:
    """Replace the employer's code and name by its row number, if the file has a code."""
    columns.pop("employer_name", None)
    if "employer_code" not in columns:
        return columns
    code = columns.pop("employer_code")
    return columns | {"employer_id": employers[code] if code else None}


def _differs(row: Model, columns: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in columns.items())


STORES: Mapping[str, Store] = {
    "people.csv": store_people,
    "participations.csv": store_participations,
    "subsidies.csv": store_subsidies,
}
