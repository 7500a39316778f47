"""The running application: health, start conditions, daily update of the demo, memory."""

import asyncio
import gc
import logging
import weakref
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain, repeat

import httpx
import pytest

from api import clock, demo, lifespan
from api.db import database
from api.errors import DatabaseBehind, DatabaseBusy, Refused
from api.settings import Mode, Settings
from tests.hall import Hall, open_hall


async def test_liveness_and_readiness(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without current migrations a process is alive and not ready; neither response is cached."""

    async def behind(_: object) -> list[str]:
        return ["0002_promises"]

    assert (await hall.get("/readyz")).status_code == httpx.codes.OK
    monkeypatch.setattr(database, "pending", behind)
    alive, ready = await hall.get("/healthz"), await hall.get("/readyz")
    assert (alive.status_code, ready.status_code) == (200, 503)
    assert alive.headers["cache-control"] == ready.headers["cache-control"] == "no-store"


async def test_production_does_not_migrate(
    empty_settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In production the application does not start without current migrations, and logs the command."""

    async def behind(_: object) -> list[str]:
        return ["0002_promises"]

    monkeypatch.setattr(database, "pending", behind)
    with caplog.at_level(logging.ERROR), pytest.raises(DatabaseBehind):
        async with open_hall(empty_settings):
            pass
    assert "python -m api migrate" in caplog.text


async def test_production_refuses_demo_database(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """In production the application does not start on a demo database, whose passwords are public."""
    with caplog.at_level(logging.ERROR), pytest.raises(Refused):
        async with open_hall(replace(settings, mode=Mode.PRODUCTION)):
            pass
    assert "database of its own" in caplog.text


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24T00:00:00+08:00", timedelta(days=1)),
        ("2026-11-24T12:30:00+08:00", timedelta(hours=11, minutes=30)),
        ("2026-12-31T23:59:59+08:00", timedelta(seconds=1)),
    ],
)
def test_time_until_midnight(now: str, expected: timedelta) -> None:
    """Midnight is in Asia/Shanghai."""
    assert lifespan._time_until_midnight(datetime.fromisoformat(now)) == expected


async def test_demo_is_updated_daily(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each new day updates the demo's dates once; a failed update is retried."""
    first, second, third = (date(2026, 11, day) for day in (23, 24, 25))
    days = chain([first, first, second, second, second, third], repeat(third))
    renewed: list[date] = []
    done = asyncio.Event()

    async def ensure(_: Settings, on: date) -> int:
        renewed.append(on)
        if len(renewed) == 1:
            raise DatabaseBusy("the database is busy")
        if on == third:
            done.set()
        return 0

    monkeypatch.setattr(lifespan, "MAX_SLEEP", timedelta(0))
    monkeypatch.setattr(clock, "today", lambda: next(days))
    monkeypatch.setattr(demo, "ensure", ensure)
    async with lifespan._renewing_demo(settings):
        await done.wait()
    assert renewed == [second, second, third]
    assert "yesterday" in caplog.text


class Cycle:
    """Refers to itself, like the objects of a compiled plan."""

    def __init__(self) -> None:
        self.itself = self


def test_evicted_plans_are_collected() -> None:
    """With the garbage collector's thresholds, evicted objects with reference cycles are collected."""
    before = gc.get_threshold()
    lifespan._tune_garbage_collector()
    try:
        evicted = Cycle()
        seen = weakref.ref(evicted)
        old = [[each] for each in range(300_000)]
        del evicted
        new = [[each] for each in range(1_000_000)]
        assert seen() is None
        assert len(old) < len(new)
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS", "DELETE"])
async def test_trailing_slash_is_explained(hall: Hall, method: str) -> None:
    """A request to /graphql/ returns 404 with the right path as a GraphQL error."""
    browser = await hall.browser()
    answer = await browser.request(method, "/graphql/", params={"query": "{ __typename }"})
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "at /graphql, without" in answer.json()["errors"][0]["message"]


async def test_security_txt(settings: Settings) -> None:
    """security.txt has the configured contact and the fields of RFC 9116; without a contact it is 404."""
    path = "/.well-known/security.txt"
    async with open_hall(replace(settings, security_contact="mailto:security@hall.example")) as hall:
        page = await hall.get(path)
    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in page.text.splitlines())
    assert fields["Contact"] == "mailto:security@hall.example"
    assert clock.now() < datetime.fromisoformat(fields["Expires"]) < clock.now() + timedelta(days=365)
    assert fields["Canonical"] == settings.address + path
    async with open_hall(settings) as hall:
        assert (await hall.get(path)).status_code == httpx.codes.NOT_FOUND
