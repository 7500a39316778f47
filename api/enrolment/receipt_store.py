"""Receipts and consents as stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from api.db.query.rows import Rows
from api.db.transactions.unit_of_work import Work, insert_row
from api.enrolment import receipt as receipts
from api.enrolment.models import Consent, Receipt
from api.enrolment.receipt import Line
from api.text.i18n import Text

NO_RECEIPT = "0" * 64


def issue_receipt(lines: Sequence[Line], now: datetime) -> Work[Receipt]:
    """Store a receipt with a new number over `lines`."""
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
    """Return a stored line; those of earlier releases have no key."""
    return Line(label=Text(**stored["label"]), value=Text(**stored["value"]), key=stored.get("key"))


async def find_receipt(number: str, digest: str) -> Receipt | None:
    """Return the receipt to which number and digest both belong."""
    canonical = receipts.read_number(number)
    found = await Rows(Receipt).where(number=canonical or "").one()
    return found if receipts.is_same_digest(found.digest if found else NO_RECEIPT, digest) else None


async def load_consents(ids: Sequence[int]) -> list[Consent]:
    """Return the consents of these row numbers, in their order."""
    found = {row.id: row for row in await Rows(Consent).where(id__in=set(ids)).all()}
    return [found[key] for key in ids]


async def load_receipts(ids: Sequence[int]) -> list[Receipt]:
    """Return the receipts of these row numbers, in their order."""
    found = {row.id: row for row in await Rows(Receipt).where(id__in=set(ids)).all()}
    return [found[key] for key in ids]
