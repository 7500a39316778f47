"""Access log entries for an account's use of a person's record.

A service that shows a record, or refuses to, awaits `record(entry)` before it answers: a request that cannot be logged
fails. A service that changes a record ends the transaction with `append([entry])`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.accesslog.batch_writer import record
from api.accesslog.chain import Entry
from api.accesslog.service import valid_purpose
from api.accesslog.store import append
from api.accounts.authorization import Act
from api.accounts.service import Principal

__all__ = ["Request", "append", "record", "refusal_entry", "search_entry", "use_entry", "valid_purpose"]
SELF_SERVICE = "本人"


@dataclass(frozen=True, slots=True)
class Request:
    """The account, the time and the request id that log entries record."""

    principal: Principal
    moment: datetime
    request_id: str


def use_entry(request: Request, act: Act, *, person: int, purpose: str, fields: Iterable[str]) -> Entry:
    """Return the entry for showing or changing a person's record."""
    return _entry(request, act, person=person, granted=True, purpose=purpose, fields=fields)


def search_entry(request: Request, *, purpose: str | None, fields: Iterable[str], shown: Iterable[int]) -> Entry:
    """Return the entry for one page of a list: names of filters and fields, never values, and the people shown."""
    why = valid_purpose(purpose) or ""
    return _entry(request, Act.LIST, granted=True, purpose=why, fields=fields, shown=shown)


def refusal_entry(request: Request, act: Act, *, purpose: str | None, fields: Iterable[str]) -> Entry:
    """Return the entry for a refused request. It names no person: a missing and a forbidden record are logged alike."""
    return _entry(request, act, granted=False, purpose=valid_purpose(purpose) or "", fields=fields)


def _entry(  # noqa: PLR0913 - an entry has as many columns
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
        actor=request.principal.account,
        organisation=request.principal.organisation or SELF_SERVICE,
        purpose=purpose,
        fields_seen=sorted(set(fields)),
        people_seen=list(shown),
        request_id=request.request_id,
    )
