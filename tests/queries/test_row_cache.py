"""The row cache: employers are cached until any connection changes one, and never served stale."""

import asyncio
from contextlib import closing, suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.transactions import in_transaction

from api.accesslog.chain import Entry
from api.accounts import access_log
from api.db.database import connected
from api.db.query import row_cache, sqlite_reader
from api.db.query.row_cache import RowCache
from api.db.query.sqlite_reader import SQLiteReader
from api.db.sqlite import driver
from api.errors import DatabaseBusy
from api.people.models import Employer
from api.settings import Settings
from tests.conftest import DATABASE, needs_compiler
from tests.databases import Databases, apart
from tests.hall import Hall
from tests.queries.busy import Busy
from tests.test_statements import EMPLOYERS, counted

OWN = "{ viewer { person { employer { code name } insurances { employer { name } } } } }"
LISTED = "{ people(first: 100) { nodes { employer { name } insurances { employer { code name } } } } }"
ACCOUNT, CODE = "employer-paying", "120116000044"
COUNTING = import_module("api.migrations.0008_counted_changes")
EMPLOYER = "CREATE TABLE employer (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT UNIQUE, name TEXT)"
NUMBERS = st.integers(1, 5)
CHANGES = st.one_of(
    st.tuples(st.just("INSERT OR IGNORE INTO employer (id, code, name) VALUES (?2, 'C' || ?2, ?1)"), NUMBERS),
    st.tuples(st.just("INSERT INTO employer (id, code) VALUES (?2, ?2) ON CONFLICT DO UPDATE SET name = ?1"), NUMBERS),
    st.tuples(st.just("UPDATE employer SET name = ?1 WHERE id = ?2"), NUMBERS),
    st.tuples(st.just("DELETE FROM employer WHERE id = ?2 AND name <> ?1"), NUMBERS),
)


async def names(hall: Hall) -> set[str]:
    """Return the employer's names in the records of its employee and in lists, by all queries."""
    own = (await hall.ask(OWN, account=ACCOUNT))["data"]["viewer"]["person"]
    seen = {own["employer"]["name"]} | {each["employer"]["name"] for each in own["insurances"]}
    for node in (await hall.ask(LISTED, account="supervisor"))["data"]["people"]["nodes"]:
        employers = [each["employer"] for each in node["insurances"]]
        seen |= {each["name"] for each in employers if each is not None and each["code"] == CODE}
    return seen


async def test_update_is_visible_at_once(hall: Hall) -> None:
    """An update is visible in compiled plans and in graphql-core, in own records and in lists."""
    for name in ("海河之东", "海河之西", "海河之东"):
        await Employer.filter(code=CODE).update(name=name)
        for _ in range(3):
            assert await names(hall) == {name}


async def test_rolled_back_update_is_invisible(hall: Hall) -> None:
    """A change is visible to all readers after its commit, and not before."""
    [before] = await names(hall)
    with suppress(ZeroDivisionError):
        async with in_transaction():
            await Employer.filter(code=CODE).update(name="海河之北")
            raise ZeroDivisionError
    for _ in range(3):
        assert await names(hall) == {before}


@needs_compiler
@pytest.mark.skipif(DATABASE != "sqlite", reason="PostgreSQL rows are not cached")
async def test_employers_are_read_once(hall: Hall) -> None:
    """Queries select the foreign key alone, and the cache serves the employer until one changes."""
    await names(hall)
    with counted(unless=()) as statements:
        await names(hall)
    assert statements
    assert [each for each in statements if "employer" in each.replace("employer_id", "")] == []
    await Employer.filter(code=CODE).update(name="海河之南")
    with counted(unless=()) as statements:
        assert await names(hall) == {"海河之南"}
    assert any(EMPLOYERS in each for each in statements)


@pytest.mark.skipif(DATABASE != "sqlite", reason="PostgreSQL rows are not cached")
async def test_large_tables_are_not_cached(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Larger tables are joined instead, as in a database without change counters; for as long as the process runs."""
    assert await names(hall)
    for limit in (0, sqlite_reader.MAX_CACHED_ROWS):
        monkeypatch.setattr(sqlite_reader, "MAX_CACHED_ROWS", limit)
        await Employer.filter(code=CODE).update(name=f"海河之畔{limit}")
        await names(hall)
        with counted(unless=()) as statements:
            assert await names(hall) == {f"海河之畔{limit}"}
        assert any('JOIN "employer"' in each for each in statements)


@pytest.fixture(scope="module", autouse=True)
def initialised_models(databases: Databases, empty_address: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Initialise Tortoise's models, as opening any database does."""
    folder = tmp_path_factory.mktemp("described")

    async def opened() -> None:
        async with connected(Settings(data=folder, database_url=address)):
            pass

    with databases.copy(empty_address, folder) as address:
        apart(opened)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of employers."""
    return counting(tmp_path)


def counting(folder: Path) -> Path:
    """Return a new database of employers with the migration's change counters."""
    with closing(driver.connect(folder / "employers.sqlite3")) as writing:
        writing.execute("PRAGMA journal_mode = WAL")
        for each in (EMPLOYER, *COUNTING.STATEMENTS):
            writing.execute(each)
    return folder / "employers.sqlite3"


@given(st.lists(st.tuples(CHANGES, st.sampled_from("abc"), st.booleans()), max_size=12))
def test_cache_equals_table(changes: list[tuple[tuple[str, int], str, bool]]) -> None:
    """After any inserts, updates, deletes and rollbacks by other programs, the cache equals the table."""

    async def compared(path: Path) -> None:
        with closing(driver.connect(path)) as writing, closing(SQLiteReader(path)) as reader:
            for (sql, number), name, is_kept in changes:
                writing.execute("BEGIN")
                writing.execute(sql, (name, number))
                writing.execute("COMMIT" if is_kept else "ROLLBACK")
                await asyncio.sleep(0)
                reader.snapshot_cache()
                there = {row[0]: row for row in writing.execute("SELECT id, code, name FROM employer").fetchall()}
                referred: Any = reader.row_cache.table_of(Employer)
                assert [referred[each] for each in range(1, 6)] == [there.get(each) for each in range(1, 6)]

    with TemporaryDirectory() as folder:
        asyncio.run(compared(counting(Path(folder))))


async def test_writes_to_other_tables_keep_cache(file: Path) -> None:
    """Writes to other tables, such as each access-log entry, evict no employer."""
    with closing(driver.connect(file)) as writing, closing(SQLiteReader(file)) as reader:
        writing.execute("INSERT INTO employer (code, name) VALUES ('C1', 'a')")
        writing.execute("CREATE TABLE other (number INTEGER)")
        reader.snapshot_cache()
        referred: Any = reader.row_cache.table_of(Employer)
        found = referred[1]
        await asyncio.sleep(0)
        writing.execute("INSERT INTO other VALUES (1)")
        assert reader.snapshot_cache() == {}
        assert dict(referred)[1] is found
        assert reader.row_cache.table_of(Employer) is referred
        await asyncio.sleep(0)
        writing.execute("UPDATE employer SET name = 'b'")
        reader.snapshot_cache()
        assert referred == {None: None}


def test_busy_lookup_is_not_cached() -> None:
    """The lookup raises DatabaseBusy, and caches no missing row."""
    answers: list[Any] = [None, [(1, "C1", "a")]]
    referred: Any = RowCache(frozenset({"employer"}), lambda: None, lambda *_: answers.pop(0)).table_of(Employer)
    with pytest.raises(DatabaseBusy):
        referred[1]
    assert referred[1].name == "a"
    assert referred[2] is None


@pytest.mark.skipif(DATABASE != "sqlite", reason="PostgreSQL rows are not cached")
async def test_list_reads_one_snapshot(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all employers are renamed while some are cached, one list shows either only old or only new names."""
    monkeypatch.setattr(row_cache, "ROWS_PER_MISS", 1)
    document = "{ people(first: 100) { nodes { employer { code name } } } }"
    numbers, record = count(), access_log.record

    async def rename_all() -> None:
        await Employer.all().update(name=f"海河之{next(numbers)}")

    async def record_and_rename(entry: Entry) -> None:
        await record(entry)
        await rename_all()

    for _ in range(2):
        await hall.ask(document, account="supervisor")
    await rename_all()
    await hall.ask(OWN, account=ACCOUNT)
    monkeypatch.setattr(access_log, "record", record_and_rename)
    nodes = (await hall.ask(document, account="supervisor"))["data"]["people"]["nodes"]
    shown = {each["employer"]["code"]: each["employer"]["name"] for each in nodes if each["employer"]}
    assert len(shown) > 1
    assert len(set(shown.values())) == 1


@pytest.mark.parametrize("failing_query", ["data_version", "counted_changes"])
async def test_failed_version_check_clears_cache(file: Path, failing_query: str) -> None:
    """Later reads in the same event-loop iteration use the snapshot of the lookup."""
    with closing(driver.connect(file)) as writing, closing(SQLiteReader(file)) as reader:
        writing.execute("INSERT INTO employer (code, name) VALUES ('C1', 'before')")
        reader.snapshot_cache()
        referred: Any = reader.row_cache.table_of(Employer)
        assert referred[1].name == "before"
        await asyncio.sleep(0)
        writing.execute("UPDATE employer SET name = 'after'")
        inner = reader._connection
        reader._connection = Busy(inner, failing_query)  # type: ignore[assignment]  # it has the methods that are called
        assert reader.fetch_inline("SELECT 1", ()) is None
        reader._connection = inner
        assert reader.fetch_inline("SELECT name FROM employer", ()) == [("after",)]
        assert referred[1].name == "after"


@pytest.mark.skipif(DATABASE != "sqlite", reason="PostgreSQL rows are not cached")
async def test_counted_tables_have_triggers(hall: Hall) -> None:
    """A migration that rebuilds such a table must create its triggers again."""
    with closing(driver.connect(hall.settings.data / "hall.sqlite3")) as connection:
        counted = connection.execute("SELECT table_name FROM counted_changes").fetchall()
        triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    expected = {f"{table}_{event}" for (table,) in counted for event in ("insert", "update", "delete")}
    assert expected
    assert expected <= {name for (name,) in triggers}
