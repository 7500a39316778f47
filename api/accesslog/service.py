"""Purposes, entries for imports, and a person's part of the log. api/accounts/access_log.py has accounts' entries."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from api.accesslog.chain import Entry
from api.accesslog.models import AccessLogEntry
from api.accesslog.proofs import proof_of
from api.db.query.rows import Rows
from api.encryption.opaque import number_of, opaque
from api.graphql.pagination import Page, Window, page_of
from api.text.characters import is_writable
from api.text.folding import INVISIBLE

# The kind of cursors and ids of entries.
LIST, PREFIX = "access log", "access_"
PURPOSE_LENGTH = 200
OPERATORS = "系统管理员"


def valid_purpose(purpose: str | None) -> str | None:
    """Return `purpose` without surrounding space, or None if it is too long or has no visible letter or digit."""
    text = (purpose or "").strip()
    if not 0 < len(text) <= PURPOSE_LENGTH or not is_writable(text):
        return None
    # guard: invisible-signs-are-no-purpose
    is_readable = any(unicodedata.category(sign)[0] in "LN" for sign in text.translate(INVISIBLE))
    return text if is_readable else None


def import_entry(file: str, columns: Iterable[str], moment: datetime, reference: str) -> Entry:
    """Return the entry for rows of a file that an operator imports without an account of the Hall."""
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


async def entries(person: int, window: Window, *, request_id: str) -> Page[AccessLogEntry]:
    """Return one page of a person's access log, newest first, without entries of this request."""
    return await page_of(LIST, _before(person, request_id), window, by="at", newest_first=True)


async def count(person: int, *, request_id: str) -> int:
    """Return how many entries a person's access log has, without those of this request."""
    return await _before(person, request_id).count()


def public_id(entry: int) -> str:
    """Return the public id of an entry, which reveals neither order nor number."""
    return PREFIX + opaque(LIST, entry)


async def proof(person: int, entry: str) -> str | None:
    """Return the proof that an entry of this person is in the log; None for other entries, and while there is none."""
    number = number_of(LIST, entry.removeprefix(PREFIX))
    # guard: proofs-of-own-entries
    found = None if number is None else await Rows(AccessLogEntry).where(id=number, person_id=person).only(()).one()
    return None if found is None else await proof_of(found.id)


def _before(person: int, request_id: str) -> Rows[AccessLogEntry]:
    """Exclude the request's own entries: the execution order of an operation's fields is undefined."""
    return Rows(AccessLogEntry).where(person_id=person, request_id__not=request_id)
