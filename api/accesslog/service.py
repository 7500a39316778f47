"""What the access log says of imports and purposes, and how one person's part of it is read.

Entries for what an account does are made in api/accounts/access_log.py.
"""

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from api.accesslog.chain import Entry
from api.accesslog.models import AccessLogEntry
from api.db.query.rows import Rows
from api.graphql.pagination import Page, page_of
from api.text.characters import is_writable
from api.text.folding import INVISIBLE

PURPOSE_LENGTH = 200
OPERATORS = "系统管理员"


def stated(purpose: str | None) -> str | None:
    """Return `purpose` as it will be shown to the person, or None where none is stated that could be.

    It is kept as it was said. Signs that nobody sees, or that are no letter and no number, say nothing alone.
    """
    text = (purpose or "").strip()
    if not 0 < len(text) <= PURPOSE_LENGTH or not is_writable(text):
        return None
    # guard: invisible-signs-are-no-purpose
    says = any(unicodedata.category(sign)[0] in "LN" for sign in text.translate(INVISIBLE))
    return text if says else None


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


async def entries(person: int, size: int, after: str | None, *, request_id: str) -> Page[AccessLogEntry]:
    """Return one page of a person's access log, newest first, as it stood before the request that asks."""
    return await page_of(_before(person, request_id), size, after, newest_first=True)


async def count(person: int, *, request_id: str) -> int:
    """Return how many entries a person's access log had before the request that asks."""
    return await _before(person, request_id).count()


def _before(person: int, request_id: str) -> Rows[AccessLogEntry]:
    """Return a person's entries but those of the request: fields of one operation are read in no particular order."""
    return Rows(AccessLogEntry).where(person_id=person, request_id__not=request_id)
