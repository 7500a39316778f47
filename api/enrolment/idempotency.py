"""Idempotency keys: a repeated request gets the first result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.db.query.rows import Rows
from api.db.transactions.unit_of_work import Work, insert_row
from api.enrolment.models import IdempotencyRecord
from api.text.canonical_json import content_digest


@dataclass(frozen=True, slots=True)
class IdempotentWrite:
    """A write under an idempotency key, with a digest of its content."""

    account: int
    key: str
    operation: str
    content_digest: str


def idempotent_write(account: int, key: str, operation: str, content: Mapping[str, Any]) -> IdempotentWrite:
    """Return the write with the digest of its content."""
    return IdempotentWrite(account, key, operation, content_digest(content))


async def find_idempotency_record(write: IdempotentWrite) -> IdempotencyRecord | None:
    """Return the record of the same key, whatever its content."""
    return await Rows(IdempotencyRecord).where(account_id=write.account, key=write.key).one()


def is_same_request(record: IdempotencyRecord, write: IdempotentWrite) -> bool:
    """Return whether the key was used for the same operation and content."""
    # guard: key-is-for-one-content
    return (record.operation, record.content_digest) == (write.operation, write.content_digest)


def store_idempotency_record(write: IdempotentWrite, enrolment: str, now: datetime) -> Work[IdempotencyRecord]:
    """Store the result of a key; the unique constraint on account and key decides between concurrent requests."""
    return insert_row(
        IdempotencyRecord,
        account_id=write.account,
        key=write.key,
        operation=write.operation,
        content_digest=write.content_digest,
        enrolment_id=enrolment,
        kept_at=now,
    )
