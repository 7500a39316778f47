"""Constraints of the database, and transactions of cancelled callers."""

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
from api.db.database import MODELS, configuration, connected
from api.db.transactions.transaction import transaction
from api.enrolment.models import IdempotencyRecord
from api.enrolment.status import EnrolmentStatus
from api.errors import Conflict
from api.people.models import Employer, Person
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.settings import Settings

# The table and the first column of every index.
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
    """An open database with the demo data."""
    async with connected(settings) as context:
        yield context


async def test_one_enrolment_in_force_per_person() -> None:
    """A partial unique index refuses a second enrolment until the first has ended."""
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


async def test_document_is_unique() -> None:
    """Document type and number are unique."""
    person = await Person.first()
    assert person is not None
    with pytest.raises(IntegrityError):
        await Person.create(id_type=person.id_type, id_number=person.id_number, name="某", folded_name="某")


async def test_idempotency_key_is_unique() -> None:
    """An account's idempotency key is unique."""
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


async def test_foreign_keys_are_indexed(database: TortoiseContext) -> None:
    """Every foreign key has an index, which Tortoise does not create by itself."""
    connection = database.connections.get("default")
    leading = LEADING_SQLITE if connection.capabilities.dialect == "sqlite" else LEADING_POSTGRESQL
    indexed = {(row["of_table"], row["of_column"]) for row in await connection.execute_query_dict(leading)}
    keys = {(model._meta.db_table, column) for model, column in foreign_keys()}
    assert len(keys) > 10
    assert keys - indexed == set()


async def test_durability_settings(database: TortoiseContext, settings: Settings) -> None:
    """WAL, synchronous commits, foreign keys, and a busy time-out."""
    connection = database.connections.get("default")
    if connection.capabilities.dialect != "sqlite":
        assert (
            configuration(settings, serving=True)["connections"]["default"]["credentials"]["server_settings"][
                "synchronous_commit"
            ]
            == "on"
        )
        return
    pragmas = {}
    for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
        pragmas[pragma] = next(iter((await connection.execute_query_dict(f"PRAGMA {pragma}"))[0].values()))
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


async def test_transaction_of_cancelled_caller_commits() -> None:
    """The transaction of a cancelled caller commits, and does not block the next one."""
    started, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await Employer.create(code="SLOW", name="慢")
        started.set()
        await go_on.wait()

    caller = asyncio.create_task(transaction(work))
    await started.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()

    async def count() -> int:
        return await Employer.filter(code="SLOW").count()

    assert await transaction(count) == 1


async def test_transaction_is_atomic() -> None:
    """A fault rolls back all statements; a unique violation is a Conflict."""

    async def interrupted() -> None:
        await Employer.create(code="HALF", name="一半")
        raise RuntimeError

    async def twice() -> None:
        await Employer.create(code="TWICE", name="一")
        await Employer.create(code="TWICE", name="二")

    with pytest.raises(RuntimeError):
        await transaction(interrupted)
    with pytest.raises(Conflict):
        await transaction(twice)
    assert await Employer.filter(code__in=["HALF", "TWICE"]).count() == 0
