"""Writing down who did what with whose record, and why.

Whoever shows something, or refuses to, awaits `wrote(entry)` before answering: what cannot be logged is not answered.
Whoever changes something has `append([entry])` at the end of that transaction.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.accesslog.chain import Entry
from api.accesslog.ledger import append
from api.accesslog.models import AccessLogEntry
from api.accesslog.writer import wrote
from api.accounts.authorization import Act
from api.accounts.service import Asker
from api.pages import Page, page_of
from api.people.folding import INVISIBLE
from api.reading.rows import Rows

__all__ = ["Request", "append", "count", "entries", "imported", "refused", "searched", "stated", "used", "wrote"]
PURPOSE_LENGTH = 200
SELF_SERVICE = "本人"
OPERATORS = "系统管理员"


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, when, and under which id the logs know it."""

    asker: Asker
    moment: datetime
    request_id: str


def stated(purpose: str | None) -> str | None:
    """Return `purpose` as it will be shown to the person, or None where none is stated that could be.

    It is kept as it was said. Signs that nobody sees, or that are no letter and no number, say nothing alone.
    """
    text = (purpose or "").strip()
    if not 0 < len(text) <= PURPOSE_LENGTH or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        return None
    # guard: invisible-signs-are-no-purpose
    says = any(unicodedata.category(sign)[0] in "LN" for sign in text.translate(INVISIBLE))
    return text if says else None


def used(request: Request, act: Act, *, person: int, purpose: str, fields: Iterable[str]) -> Entry:
    """Return the entry for one use of a person's record: it is shown or changed."""
    return _entry(request, act, person=person, granted=True, purpose=purpose, fields=fields)


def searched(request: Request, *, purpose: str | None, fields: Iterable[str], shown: Iterable[int]) -> Entry:
    """Return the entry for one page of a list: by which filters, which facts, of whom; never with which values."""
    why = stated(purpose) or ""
    return _entry(request, Act.LIST, granted=True, purpose=why, fields=fields, shown=shown)


def refused(request: Request, act: Act, *, purpose: str | None, fields: Iterable[str]) -> Entry:
    """Return the entry for what was asked for and not given.

    It names nobody. What there is not and what is not for the asker's eyes are refused alike, and logged alike.
    """
    return _entry(request, act, granted=False, purpose=stated(purpose) or "", fields=fields)


def imported(file: str, columns: Iterable[str], moment: datetime, reference: str) -> Entry:
    """Return the entry for some rows of a file that an operator loads: no account of the Hall does that."""
    return Entry(
        person=None,
        act="IMPORT",
        granted=True,
        at=moment,
        actor="python -m api import",
        organisation=OPERATORS,
        purpose=f"导入 {file}",
        fields_seen=sorted(columns),
        people_seen=[],
        request_id=reference,
    )


def _entry(  # noqa: PLR0913 - an entry says as much
    request: Request,
    act: Act,
    *,
    granted: bool,
    purpose: str,
    fields: Iterable[str],
    person: int | None = None,
    shown: Iterable[int] = (),
) -> Entry:
    return Entry(
        person=person,
        act=act.value,
        granted=granted,
        at=request.moment,
        actor=request.asker.account,
        organisation=request.asker.organisation or SELF_SERVICE,
        purpose=purpose,
        fields_seen=sorted(set(fields)),
        people_seen=list(shown),
        request_id=request.request_id,
    )


async def entries(person: int, size: int, after: str | None, *, request_id: str) -> Page[AccessLogEntry]:
    """Return one page of a person's access log, newest first, as it stood before the request that asks."""
    return await page_of(_before(person, request_id), size, after, newest_first=True)


async def count(person: int, *, request_id: str) -> int:
    """Return how many entries a person's access log had before the request that asks."""
    return await _before(person, request_id).count()


def _before(person: int, request_id: str) -> Rows[AccessLogEntry]:
    """Return a person's entries but those of the request: fields of one operation are read in no particular order."""
    return Rows(AccessLogEntry).where(person_id=person, request_id__not=request_id)
