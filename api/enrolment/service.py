"""What all schemes share when somebody joins: answers under a key, receipts, notices in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.db.query.rows import Rows
from api.db.transactions.unit_of_work import Work, insert_row
from api.enrolment import receipt as receipts
from api.enrolment.models import Consent, KeptAnswer, Receipt
from api.enrolment.receipt import Line
from api.text.canonical_json import content_digest
from api.text.i18n import Text

NO_RECEIPT = "0" * 64


@dataclass(frozen=True, slots=True)
class IdempotentWrite:
    """A write that somebody asks for under a key: what it is and a digest of all it says."""

    account: int
    key: str
    operation: str
    content_digest: str


def idempotent_write(account: int, key: str, operation: str, content: Mapping[str, Any]) -> IdempotentWrite:
    """Return the write as its key will remember it."""
    return IdempotentWrite(account, key, operation, content_digest(content))


async def find_idempotency_record(write: IdempotentWrite) -> KeptAnswer | None:
    """Return what came of the same key earlier, whatever it asked for."""
    return await Rows(KeptAnswer).where(account_id=write.account, key=write.key).one()


def is_same(kept: KeptAnswer, write: IdempotentWrite) -> bool:
    """Return whether the key was used for just this."""
    # guard: key-is-for-one-content
    return (kept.operation, kept.content_digest) == (write.operation, write.content_digest)


def store_idempotency_record(write: IdempotentWrite, enrolment: str, now: datetime) -> Work[KeptAnswer]:
    """Store what comes of a key; the unique constraint on account and key decides who was first."""
    return insert_row(
        KeptAnswer,
        account_id=write.account,
        key=write.key,
        operation=write.operation,
        content_digest=write.content_digest,
        enrolment_id=enrolment,
        kept_at=now,
    )


def issue(lines: Sequence[Line], now: datetime) -> Work[Receipt]:
    """Store a receipt with a fresh number over `lines`."""
    number = receipts.new_number()
    return insert_row(
        Receipt,
        number=number,
        issued_at=now,
        digest=receipts.digest(number, now, lines),
        lines=[to_data(line) for line in lines],
    )


def to_data(line: Line) -> dict[str, Any]:
    """Return a line as it is stored."""
    return {
        "label": {"zh": line.label.zh, "en": line.label.en},
        "value": {"zh": line.value.zh, "en": line.value.en},
        "key": line.key,
    }


def from_data(stored: Mapping[str, Any]) -> Line:
    """Return a line as it was stored; one of an earlier release has no key."""
    return Line(label=Text(**stored["label"]), value=Text(**stored["value"]), key=stored.get("key"))


async def genuine(number: str, digest: str) -> Receipt | None:
    """Return the receipt to which number and digest both belong."""
    readable = receipts.read_number(number)
    found = await Rows(Receipt).where(number=readable or "").one()
    return found if receipts.agrees(found.digest if found else NO_RECEIPT, digest) else None


async def consents_of(ids: Sequence[int]) -> list[Consent]:
    """Return the consents of these row numbers, in their order."""
    found = {row.id: row for row in await Rows(Consent).where(id__in=set(ids)).all()}
    return [found[key] for key in ids]


async def receipts_of(ids: Sequence[int]) -> list[Receipt]:
    """Return the receipts of these row numbers, in their order."""
    found = {row.id: row for row in await Rows(Receipt).where(id__in=set(ids)).all()}
    return [found[key] for key in ids]
