"""Entries of the access log for what an account does with a person's record, and why.

A service that shows a record, or refuses to, awaits `record(entry)` before it answers: what cannot be logged is not
answered. A service that changes a record has `append([entry])` at the end of that transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.accesslog.batch_writer import record
from api.accesslog.chain import Entry
from api.accesslog.service import stated
from api.accesslog.store import append
from api.accounts.authorization import Act
from api.accounts.service import Asker

__all__ = ["Request", "append", "record", "refused", "searched", "stated", "used"]
SELF_SERVICE = "本人"


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, when, and under which id the logs know it."""

    asker: Asker
    moment: datetime
    request_id: str


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
