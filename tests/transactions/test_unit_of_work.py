"""Units of work behave the same on both databases, and are atomic even when the caller is cancelled."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from threading import Event
from typing import Any, cast

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import ValidationError

from api.accounts.models import Account, Role, Session, SessionKind, WrongTries
from api.db.database import connected
from api.db.query.row_types import columns_of
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.transaction import transaction, wait_for_transactions
from api.db.transactions.unit_of_work import Work, delete_rows, ensure_row, execute, insert_row, read_rows, update_rows
from api.errors import Conflict
from api.people.models import Employer
from api.settings import Settings

# As text, this time compares greater than the same time in UTC.
IN_SHANGHAI = datetime(2026, 11, 26, 3, 0, tzinfo=timezone(timedelta(hours=8)))
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[TortoiseContext]:
    """An open database with the demo data."""
    async with connected(settings) as context:
        yield context


def insert_employers(*codes: str) -> Work[list[Employer]]:
    """Insert employers with these codes, and return them."""
    for code in codes:
        yield from insert_row(Employer, code=code, name="某")
    return (yield from read_rows(Rows(Employer).where(code__in=codes).ordered("id")))


async def test_inserted_row_equals_stored_row() -> None:
    """The returned row has the id and the values of the stored row, and null elsewhere."""
    given: dict[str, Any] = {
        "name": "written", "password_hash": "-", "role": Role.CLERK, "organisation": "和平区", "districts": ["120101"],
        "demo": False,
    }  # fmt: skip
    account = await in_transaction(lambda: insert_row(Account, **given))
    stored = await Rows(Account).where(name="written").one()
    assert stored is not None
    for name, value in {**given, "id": stored.id, "person_id": None}.items():
        assert getattr(account, name) == getattr(stored, name) == value


async def test_datetimes_are_stored_in_utc() -> None:
    """SQLite stores and compares datetimes as text, so all are stored in UTC."""
    account = await Account.get(name="eligible")

    def started() -> Work[Session]:
        return (
            yield from insert_row(
                Session, secret_digest="d", account_id=account.id, kind=SessionKind.PROGRAM, started_at=IN_SHANGHAI,
                seen_at=IN_SHANGHAI, expires_at=IN_SHANGHAI,
            )
        )  # fmt: skip

    session = await in_transaction(started)
    [stored] = await Rows(Session).where(id=session.id).all()
    as_stored = dict(zip(columns_of(Session), cast("Any", stored), strict=True))
    assert str(as_stored["seen_at"]) == "2026-11-25 19:00:00+00:00"
    ends = Rows(Session).where(id=session.id, expires_at__lte=IN_SHANGHAI - timedelta(seconds=1))
    assert await in_transaction(lambda: delete_rows(ends)) == 0
    seen = (IN_SHANGHAI + timedelta(hours=1)).astimezone(UTC)
    assert await in_transaction(lambda: update_rows(Rows(Session).where(id=session.id), seen_at=seen)) == 1
    assert (await Session.get(id=session.id)).seen_at == seen
    assert (
        await in_transaction(lambda: delete_rows(Rows(Session).where(id=session.id, expires_at__lte=IN_SHANGHAI))) == 1
    )


async def test_increments() -> None:
    """An existing row stays unchanged, and increments apply to its current values."""
    until = datetime(2026, 11, 26, tzinfo=UTC)

    def counted() -> Work[list[WrongTries]]:
        yield from ensure_row(WrongTries, key="k", wrong=0, until=until)
        yield from update_rows(Rows(WrongTries).where(key="k"), wrong__plus=2)
        yield from update_rows(Rows(WrongTries).where(key="k", wrong__gt=2), wrong__plus=-1)
        return (yield from read_rows(Rows(WrongTries).where(key__in=["k", "other"])))

    counts = [[(row.key, row.wrong, row.until) for row in await in_transaction(counted)] for _ in range(3)]
    assert counts == [[("k", 2, until)], [("k", 3, until)], [("k", 4, until)]]


async def test_impossible_condition_runs_no_statement() -> None:
    """A condition that matches no row runs no statement."""
    no_rows = Rows(Employer).where(id__in=[])

    def work() -> Work[tuple[int, int, list[Employer]]]:
        return (
            (yield from update_rows(no_rows, name="-")),
            (yield from delete_rows(no_rows)),
            (yield from read_rows(no_rows)),
        )

    assert await in_transaction(work) == (0, 0, [])


async def test_values_are_validated() -> None:
    """Values are validated as by Tortoise's models, before a database truncates or rejects them."""
    with pytest.raises(ValidationError):
        await in_transaction(lambda: insert_employers("fits", "x" * 31))
    assert await Employer.filter(code="fits").count() == 0


async def test_constraint_violation_rolls_back() -> None:
    """All statements of a transaction are committed or none, and the next transaction is not blocked."""
    with pytest.raises(Conflict):
        await in_transaction(lambda: insert_employers("ONE", "TWO", "ONE"))
    assert [row.code for row in await in_transaction(lambda: insert_employers("ONE", "TWO"))] == ["ONE", "TWO"]


async def test_transaction_of_cancelled_caller_commits(settings: Settings) -> None:
    """Cancelled before it begins or in the middle, the transaction commits."""
    started, go_on = asyncio.Event(), Event()
    loop = asyncio.get_running_loop()

    def slow() -> Work[list[Employer]]:
        loop.call_soon_threadsafe(started.set)
        assert go_on.wait(10)
        return (yield from insert_employers("SLOW"))

    if not settings.database.startswith("sqlite"):
        go_on.set()  # on PostgreSQL work runs in the event loop and must not block
    first = asyncio.create_task(in_transaction(slow))
    await started.wait()
    second = asyncio.create_task(in_transaction(lambda: insert_employers("BEHIND")))
    await asyncio.sleep(0)  # lets it submit its work
    for caller in (first, second):
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
    go_on.set()
    await wait_for_transactions()
    assert await Employer.filter(code__in=["SLOW", "BEHIND"]).count() == 2


async def test_work_in_open_transaction() -> None:
    """A unit of work runs within an open transaction, which an import uses for its log entry."""

    async def interrupted() -> None:
        await execute(insert_employers("HALF"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await transaction(interrupted)
    assert await Employer.filter(code="HALF").count() == 0
    [row] = await transaction(lambda: execute(insert_employers("HALF")))
    assert (await Employer.get(id=row.id)).code == "HALF"
