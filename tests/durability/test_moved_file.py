"""The file of the SQLite database is moved, deleted, replaced or overwritten while the Hall is open.

Other processes do it, because closing the file in this process would release SQLite's locks.
"""

import logging
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api.db.database import is_sqlite
from api.db.sqlite import driver
from api.settings import Settings
from tests.hall import SIGN_IN, Hall

REVEAL = '{ viewer { person { revealed(purpose: "核对") { name } } } }'
CREDENTIALS = {"input": {"account": "eligible", "password": "demo-eligible"}}
LINE = "the file of the database was moved, deleted, replaced or overwritten"


@pytest.fixture
def file(settings: Settings) -> Path:
    """The file of the SQLite database."""
    if not is_sqlite(settings):
        pytest.skip("PostgreSQL has no file")
    return Path(settings.database.removeprefix("sqlite://"))


def run(*command: object) -> None:
    """Run a command in another process."""
    subprocess.run([str(each) for each in command], check=True)


def moved(file: Path) -> None:
    """Move the file."""
    run("mv", file, f"{file}.away")


def deleted(file: Path) -> None:
    """Delete the file; a hard link keeps its content."""
    run("ln", file, f"{file}.away")
    run("rm", file)


def replaced(file: Path) -> None:
    """Replace the file with another database."""
    run("cp", file, f"{file}.copy")
    run("mv", file, f"{file}.away")
    run("mv", f"{file}.copy", file)


def overwritten(file: Path) -> None:
    """Copy an earlier database over the file."""
    run("cp", f"{file}.earlier", file)


def shortened(file: Path) -> None:
    """Truncate the file."""
    run("truncate", "-s", "0", file)


def without_its_log(file: Path) -> None:
    """Delete the write-ahead log."""
    run("rm", f"{file}-wal")


async def sign_in(hall: Hall) -> httpx.Response:
    """Return the result of a new sign-in, which writes."""
    browser = await hall.new_browser()
    return await browser.post("/graphql", json={"query": SIGN_IN, "variables": CREDENTIALS})


@pytest.mark.parametrize("lose", [moved, deleted, replaced, overwritten, without_its_log])
async def test_lost_file_refuses_writes(
    hall: Hall, file: Path, caplog: pytest.LogCaptureFixture, lose: Callable[[Path], None]
) -> None:
    """Writes and logged reads get BUSY, /readyz returns 503, and one log line has the reason."""
    run("cp", file, f"{file}.earlier")
    assert (await sign_in(hall)).json()["data"]["signIn"]["viewer"] == {"account": "eligible"}
    assert (await hall.get("/readyz")).status_code == httpx.codes.OK
    browser = await hall.browser("eligible")
    lose(file)
    refused = [await sign_in(hall), await sign_in(hall), await browser.post("/graphql", json={"query": REVEAL})]
    for answer in refused:
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {"BUSY"}
    assert (await hall.get("/readyz")).status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert (await hall.get("/healthz")).status_code == httpx.codes.OK
    assert [line.levelno for line in caplog.records if line.getMessage().startswith(LINE)] == [logging.ERROR]


@pytest.mark.parametrize("lose", [moved, deleted, replaced])
async def test_restored_file_serves_again(
    hall: Hall, file: Path, caplog: pytest.LogCaptureFixture, lose: Callable[[Path], None]
) -> None:
    """After the file is put back, all acknowledged writes are present, and refused ones are not."""
    browser = await hall.browser("eligible")
    lose(file)
    assert (await sign_in(hall)).status_code == httpx.codes.SERVICE_UNAVAILABLE
    refused = await browser.post("/graphql", json={"query": REVEAL})
    assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
    run("mv", "-f", f"{file}.away", file)
    assert (await sign_in(hall)).json()["data"]["signIn"]["viewer"] == {"account": "eligible"}
    assert (await hall.get("/readyz")).status_code == httpx.codes.OK
    sessions = "{ viewer { sessions { id } } }"
    seen = (await browser.post("/graphql", json={"query": sessions})).json()["data"]["viewer"]["sessions"]
    assert len(seen) == 2
    log = "{ viewer { person { accessLog(first: 1) { totalCount } } } }"
    logged = (await browser.post("/graphql", json={"query": log})).json()["data"]["viewer"]["person"]["accessLog"]
    assert logged["totalCount"] == 0
    assert [line.levelno for line in caplog.records if "in its place again" in line.getMessage()] == [logging.WARNING]


@pytest.mark.parametrize("lose", [moved, deleted, replaced, overwritten, shortened, without_its_log])
def test_connection_detects_lost_file(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    """Every statement fails with SQLITE_READONLY_DBMOVED, not only the first one."""
    file = tmp_path / "hall.sqlite3"
    with closing(driver.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("CREATE TABLE t (a)")
        run("cp", file, f"{file}.earlier")
        connection.require_same_file()
        lose(file)
        for _ in range(2):
            with pytest.raises(sqlite3.OperationalError) as refused:
                connection.require_same_file()
            assert refused.value.sqlite_errorcode == sqlite3.SQLITE_READONLY_DBMOVED


# Legitimate changes by other processes
ORDINARY = {
    "write": "INSERT INTO t VALUES (zeroblob(5000))",
    "write much": "INSERT INTO t SELECT zeroblob(4000) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
    "FROM n WHERE i < 1500) SELECT i FROM n)",
    "shrink": "DELETE FROM t",
    "copy into the file": "PRAGMA wal_checkpoint(PASSIVE)",
    "begin the log anew": "PRAGMA wal_checkpoint(RESTART)",
    "empty the log": "PRAGMA wal_checkpoint(TRUNCATE)",
    "vacuum": "VACUUM",
}


@hypothesis_settings(max_examples=40, deadline=None)
@given(changes=st.lists(st.tuples(st.sampled_from(sorted(ORDINARY)), st.booleans(), st.booleans()), max_size=12))
def test_legitimate_changes_are_not_detected_as_loss(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, bool, bool]]
) -> None:
    """Writes, checkpoints and resets of the WAL by other processes, in any order, are not taken for a moved file."""
    file = tmp_path_factory.mktemp("changes") / "hall.sqlite3"
    with closing(driver.connect(file)) as ours, closing(driver.connect(file)) as theirs:
        for each in (ours, theirs):
            each.execute("PRAGMA journal_mode = WAL").fetchall()
        ours.execute("CREATE TABLE t (a)")
        for change, is_ours, is_checked in changes:
            (ours if is_ours else theirs).execute(ORDINARY[change]).fetchall()
            if is_checked:
                ours.require_same_file()
        ours.require_same_file()
