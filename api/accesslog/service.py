"""Writing down who looked at what, and why."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.accesslog.models import AccessLogEntry
from api.accounts.service import Asker
from api.database import transaction
from api.pages import Page, page_of
from api.reading.rows import Rows

PURPOSE_LENGTH = 200
SELF_SERVICE = "本人"


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, when, and under which id the logs know it."""

    asker: Asker
    moment: datetime
    request_id: str


def stated(purpose: str | None) -> str | None:
    """Return `purpose` as it will be shown to the person, or None where none is stated that could be."""
    text = (purpose or "").strip()
    if not 0 < len(text) <= PURPOSE_LENGTH or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        return None
    return text


def entry(request: Request, *, person: int, purpose: str, fields: Sequence[str]) -> AccessLogEntry:
    """Return the entry for one use of a person's record, not yet stored."""
    return AccessLogEntry(
        person_id=person,
        at=request.moment,
        actor=request.asker.account,
        organisation=request.asker.organisation or SELF_SERVICE,
        purpose=purpose,
        fields_seen=sorted(set(fields)),
        request_id=request.request_id,
    )


async def note(request: Request, *, person: int, purpose: str, fields: Sequence[str]) -> None:
    """Store that a record was used. Whoever shows something calls this first: what is not logged is not answered."""
    row = entry(request, person=person, purpose=purpose, fields=fields)

    async def save() -> None:
        await row.save()

    await transaction(save)


async def entries(person: int, first: int | None, after: str | None, *, request_id: str) -> Page[AccessLogEntry]:
    """Return one page of a person's access log, newest first, as it stood before the request that asks."""
    return await page_of(_before(person, request_id), first, after, newest_first=True)


async def count(person: int, *, request_id: str) -> int:
    """Return how many entries a person's access log had before the request that asks."""
    return await _before(person, request_id).count()


def _before(person: int, request_id: str) -> Rows[AccessLogEntry]:
    """Return a person's entries but those of the request: fields of one operation are read in no particular order."""
    return Rows(AccessLogEntry).where(person_id=person, request_id__not=request_id)
