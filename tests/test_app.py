"""The application while it runs: what is open, what is ready, and what a new day brings."""

import asyncio
import gc
import logging
import weakref
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain, repeat

import httpx
import pytest

from api import app, clock, demo
from api.db import database
from api.errors import DatabaseBehind, DatabaseBusy, Refused
from api.settings import Mode, Settings
from tests.hall import Hall, open_hall


async def test_a_process_is_alive_before_it_is_ready(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its database, or with one that is behind, it is alive and not ready; neither answer is kept."""

    async def behind(_: object) -> list[str]:
        return ["0002_promises"]

    assert (await hall.get("/readyz")).status_code == httpx.codes.OK
    monkeypatch.setattr(database, "pending", behind)
    alive, ready = await hall.get("/healthz"), await hall.get("/readyz")
    assert (alive.status_code, ready.status_code) == (200, 503)
    assert alive.headers["cache-control"] == ready.headers["cache-control"] == "no-store"


async def test_a_production_hall_never_migrates_by_itself(
    empty_settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """On a database that is behind it does not open, and says how to migrate."""

    async def behind(_: object) -> list[str]:
        return ["0002_promises"]

    monkeypatch.setattr(database, "pending", behind)
    with caplog.at_level(logging.ERROR), pytest.raises(DatabaseBehind):
        async with open_hall(empty_settings):
            pass
    assert "python -m api migrate" in caplog.text


async def test_a_production_hall_has_no_invented_people(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """Everybody knows their passwords: on a database of the demo it does not open, and says why."""
    with caplog.at_level(logging.ERROR), pytest.raises(Refused):
        async with open_hall(replace(settings, mode=Mode.PRODUCTION)):
            pass
    assert "database of its own" in caplog.text


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-11-24T00:00:00+08:00", timedelta(days=1)),
        ("2026-11-24T12:30:00+08:00", timedelta(hours=11, minutes=30)),
        ("2026-12-31T23:59:59+08:00", timedelta(seconds=1)),
    ],
)
def test_a_day_ends_at_midnight(now: str, left: timedelta) -> None:
    """In the Hall's own zone."""
    assert app._time_until_midnight(datetime.fromisoformat(now)) == left


async def test_the_people_of_the_demo_keep_their_stories(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each new day gives them new dates, once; where that fails it is tried again."""
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

    monkeypatch.setattr(app, "MAX_SLEEP", timedelta(0))
    monkeypatch.setattr(clock, "today", lambda: next(days))
    monkeypatch.setattr(demo, "ensure", ensure)
    async with app._renewing_demo(settings):
        await done.wait()
    assert renewed == [second, second, third]
    assert "yesterday" in caplog.text


class Ring:
    """Refers to itself, as what plans are made of does."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_forgotten_is_given_back_before_it_is_much() -> None:
    """Documents that are forgotten refer to themselves: the collector finds them, however seldom it looks."""
    before = gc.get_threshold()
    app._tune_garbage_collector()
    try:
        forgotten = Ring()
        seen = weakref.ref(forgotten)
        old = [[each] for each in range(300_000)]
        del forgotten
        new = [[each] for each in range(1_000_000)]
        assert seen() is None
        assert len(old) < len(new)
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS", "DELETE"])
async def test_a_slash_too_many_is_named(hall: Hall, method: str) -> None:
    """Whoever asks at /graphql/ reads where GraphQL is, in the shape of a GraphQL answer."""
    browser = await hall.browser()
    answer = await browser.request(method, "/graphql/", params={"query": "{ __typename }"})
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "at /graphql, without" in answer.json()["errors"][0]["message"]


async def test_whoever_finds_a_weakness_finds_whom_to_tell(settings: Settings) -> None:
    """The contact of the settings, with the fields that RFC 9116 asks for; without one there is no page."""
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
