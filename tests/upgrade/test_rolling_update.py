"""A rolling update under load: Halls of a release serve while `migrate` runs, and beside the first new Hall.

The release is taken from the history of the repository, where there is one. A request may be BUSY, which clients try
again by themselves; no receipt is lost, the access log is valid, and the new Hall fails no request.
"""

import asyncio
import os
import subprocess
import sys
import tarfile
from contextlib import ExitStack, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.accesslog import verification
from api.accesslog.chain import Heads
from api.db.database import connected, is_sqlite
from api.settings import Settings
from tests.databases import Databases
from tests.durability.records import records
from tests.upgrade.story import CITIZENS, ENROL, FILES, LOOK_UP, SIGN_IN, WITHDRAW, form
from tests.upgrade.writing import _served

ROOT = Path(__file__).parents[2]
# Releases whose servers may serve while `migrate` runs, as CHANGELOG.md says.
SERVING = ("0.2.0",)
OWN = "{ viewer { account person { id name insurances { type { code } } flexibleEmployment { current { id } } } } }"
ENROLMENTS = "SELECT public_id FROM flexible_employment_enrolment"
STAGE_SECONDS = 2
OK, BUSY, BUSY_CODE = 200, 503, '"code":"BUSY"'


def checkout(release: str, folder: Path) -> Path:
    """Write the code of a release to a folder; skip without the history that has it."""
    added = ["git", "log", "--diff-filter=A", "--format=%H", "--", f"*/{release}.json"]
    found = subprocess.run(added, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not found:
        pytest.skip(f"the history of the repository does not reach {release}")
    archive = subprocess.run(["git", "archive", found[-1]], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


class Failed(Exception):
    """A request was answered with an error."""


class Clients:
    """People and a clerk who use one Hall until they are told to stop, and what they were answered."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.enrolled: set[str] = set()
        self.failures: list[tuple[str, str]] = []
        self.answers = 0

    async def use(self, address: str, account: str) -> None:
        """Read, enrol and withdraw in turns, or look up."""
        async with httpx.AsyncClient(base_url=address, timeout=30, trust_env=False) as browser:
            await self._ask(browser, SIGN_IN, input={"account": account, "password": password(account)})
            notice = (await self._ask(browser, "{ notice { version } }"))["notice"]["version"]
            number = 0
            while not self.done.is_set():
                number += 1
                with suppress(Failed):
                    if account == "desk":
                        await self._ask(browser, LOOK_UP, idNumber=CITIZENS["lin"])
                    else:
                        await self._ask(browser, OWN)
                        await self._enrol(browser, f"{account} {address} {number}", notice)

    async def _enrol(self, browser: httpx.AsyncClient, key: str, notice: str) -> None:
        answer = (await self._ask(browser, ENROL, input=form(key, notice)))["registerFlexibleEmployment"]
        if answer["__typename"] == "FlexibleEmploymentRegistered":
            self.enrolled.add(answer["enrolment"]["id"])
            withdrawal = {"enrolmentId": answer["enrolment"]["id"], "idempotencyKey": f"withdrawal {key}"}
            await self._ask(browser, WITHDRAW, input=withdrawal)

    async def _ask(self, browser: httpx.AsyncClient, document: str, **variables: Any) -> dict[str, Any]:
        while True:
            response = await browser.post("/graphql", json={"query": document, "variables": variables})
            self.answers += 1
            if response.status_code == BUSY:
                await asyncio.sleep(0.1)
                continue
            if BUSY_CODE in response.text:
                # 0.2.0 answers 200 then.
                continue
            if response.status_code != OK or "errors" in response.json():
                self.failures.append((str(browser.base_url), response.text))
                raise Failed
            data: dict[str, Any] = response.json()["data"]
            return data


def password(account: str) -> str:
    """Return a password that the rules of any release accept."""
    return f"demo-of-{account}-8"


def run(code: Path, environment: dict[str, str], *arguments: str, typed: str = "") -> None:
    """Run a command of the Hall whose code is in a folder."""
    command = [sys.executable, "-m", "api", *arguments]
    done = subprocess.run(command, cwd=code, env=environment, input=typed, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def prepare(code: Path, environment: dict[str, str], folder: Path) -> None:
    """Fill an empty database with the people and accounts of the upgrade tests."""
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    run(code, environment, "migrate")
    run(code, environment, "import", str(folder))
    for account, number in CITIZENS.items():
        run(code, environment, "account", "add", account, "--id-number", number, typed=f"{password(account)}\n")
    staff = ("account", "add", "desk", "--staff", "--district", "120101", "--organisation", "和平区")
    run(code, environment, *staff, typed=f"{password('desk')}\n")


@pytest.mark.parametrize("release", SERVING)
async def test_release_serves_during_migration_and_beside(release: str, databases: Databases, tmp_path: Path) -> None:
    """Each acknowledged enrolment is stored, the log is valid, and no request fails."""
    settings = Settings(data=tmp_path, database_url=databases.create(tmp_path))
    if is_sqlite(settings):
        pytest.skip("the embedded database has one Hall")
    old = checkout(release, tmp_path / "old")
    environment = os.environ | {
        "HALL_MODE": "production", "HALL_DATA": str(tmp_path), "HALL_DATABASE_URL": settings.database,
        "HALL_INSECURE_COOKIES": "1", "HALL_RATE_COST": "0", "HALL_RATE_ADDRESS_COST": "0", "HALL_RATE_LOOKUPS": "0",
    }  # fmt: skip
    await asyncio.to_thread(prepare, old, environment, tmp_path)
    clients = Clients()
    with ExitStack() as halls:
        before = await asyncio.to_thread(halls.enter_context, _served(environment, old))
        async with asyncio.TaskGroup() as group:
            for account in ("lin", "ji", "desk"):
                group.create_task(clients.use(before, account))
            await asyncio.sleep(STAGE_SECONDS)
            await asyncio.to_thread(run, ROOT, environment, "migrate")
            await asyncio.sleep(STAGE_SECONDS)
            several = environment | {"HALL_LOG_CHAINS": "8"}
            beside = await asyncio.to_thread(halls.enter_context, _served(several, ROOT))
            for account in ("gu", "desk"):
                group.create_task(clients.use(beside, account))
            await asyncio.sleep(STAGE_SECONDS)
            clients.done.set()
    assert clients.enrolled
    assert clients.failures == []
    async with records(settings) as stored:
        assert clients.enrolled <= {row[0] for row in await stored.ask(ENROLMENTS)}
    async with connected(settings):
        found = await verification.verify()
    assert isinstance(found, Heads)
    assert len(found) > 1
