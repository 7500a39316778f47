"""What the law demands stands in the database itself, and a transaction ends whatever happens to its caller."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from api.accounts.models import Account
from api.db.database import MODELS, configuration, connected, transaction
from api.enrolment.models import IdempotencyRecord
from api.enrolment.status import EnrolmentStatus
from api.errors import Conflict
from api.people.models import Employer, Person
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.settings import Settings

# The first column of every index, its table beside it.
LEADING_SQLITE = """
SELECT t.name AS of_table, c.name AS of_column
FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
WHERE t.type = 'table' AND c.seqno = 0
"""
LEADING_POSTGRESQL = """
SELECT t.relname AS of_table, a.attname AS of_column
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
"""
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[TortoiseContext]:
    """An open database with the people of the demo."""
    async with connected(settings) as context:
        yield context


async def test_nobody_has_two_standing_enrolments() -> None:
    """A partial unique index: the second is refused until the first has ended, whoever writes it."""
    first = await FlexibleEmploymentEnrolment.get().select_related("consent", "receipt")
    other, consent, receipt = first.clone(), first.consent.clone(), first.receipt.clone()
    receipt.number, other.public_id = "another", "enrolment_second"
    await consent.save()
    await receipt.save()
    other.consent_id, other.receipt_id = consent.id, receipt.id
    with pytest.raises(IntegrityError):
        await other.save()
    await FlexibleEmploymentEnrolment.filter(id=first.id).update(status=EnrolmentStatus.TERMINATED)
    await other.save()
    assert await FlexibleEmploymentEnrolment.filter(person_id=first.person_id).count() == 2


async def test_a_document_belongs_to_one_person() -> None:
    """One person for each kind and number of document."""
    person = await Person.first()
    assert person is not None
    with pytest.raises(IntegrityError):
        await Person.create(id_type=person.id_type, id_number=person.id_number, name="某", folded_name="某")


async def test_a_key_has_one_answer() -> None:
    """One outcome for each account and idempotency key."""
    account = await Account.get(name="eligible")
    answer: dict[str, Any] = {
        "account": account,
        "key": "k",
        "operation": "o",
        "content_digest": "d",
        "enrolment_id": "e",
        "kept_at": datetime(2026, 11, 23, tzinfo=UTC),
    }
    await IdempotencyRecord.create(**answer)
    with pytest.raises(IntegrityError):
        await IdempotencyRecord.create(**answer)


def foreign_keys() -> Iterator[tuple[type[Model], str]]:
    """Yield every foreign key of the models."""
    for name in MODELS:
        for model in vars(import_module(name)).values():
            if isinstance(model, type) and issubclass(model, Model) and model is not Model and model.__module__ == name:
                for key in model._meta.fk_fields | model._meta.o2o_fields:
                    yield model, model._meta.fields_map[key].source_field or key


async def test_every_foreign_key_is_indexed(database: TortoiseContext) -> None:
    """Tortoise does not do so by itself, and a missing index made a look-up five times slower."""
    connection = database.connections.get("default")
    leading = LEADING_SQLITE if connection.capabilities.dialect == "sqlite" else LEADING_POSTGRESQL
    indexed = {(row["of_table"], row["of_column"]) for row in await connection.execute_query_dict(leading)}
    keys = {(model._meta.db_table, column) for model, column in foreign_keys()}
    assert len(keys) > 10
    assert keys - indexed == set()


async def test_the_database_keeps_what_it_acknowledges(database: TortoiseContext, settings: Settings) -> None:
    """WAL, every commit on disk, foreign keys on, and a busy time-out; PostgreSQL has most of it by itself."""
    connection = database.connections.get("default")
    if connection.capabilities.dialect != "sqlite":
        assert (
            configuration(settings, serving=True)["connections"]["default"]["credentials"]["server_settings"][
                "synchronous_commit"
            ]
            == "on"
        )
        return
    said = {}
    for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
        said[pragma] = next(iter((await connection.execute_query_dict(f"PRAGMA {pragma}"))[0].values()))
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


async def test_a_transaction_ends_when_its_caller_is_cancelled() -> None:
    """It commits as it would have, and the next one is not kept waiting."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await Employer.create(code="SLOW", name="慢")
        begun.set()
        await go_on.wait()

    caller = asyncio.create_task(transaction(work))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()

    async def count() -> int:
        return await Employer.filter(code="SLOW").count()

    assert await transaction(count) == 1


async def test_a_fault_leaves_nothing_behind() -> None:
    """All statements of a transaction or none; a unique constraint is a Conflict."""

    async def half() -> None:
        await Employer.create(code="HALF", name="一半")
        raise RuntimeError

    async def twice() -> None:
        await Employer.create(code="TWICE", name="一")
        await Employer.create(code="TWICE", name="二")

    with pytest.raises(RuntimeError):
        await transaction(half)
    with pytest.raises(Conflict):
        await transaction(twice)
    assert await Employer.filter(code__in=["HALF", "TWICE"]).count() == 0
