"""The promises hold, and the attack reports broken ones."""

import asyncio
import math
from collections.abc import Iterator

import pytest

from api.settings import Settings
from tests.attack import crowds, documents, external_suites, timing
from tests.attack.__main__ import attack, load
from tests.attack.promise import Promise
from tests.attack.target import NotLoopback, require_loopback
from tests.conftest import DATABASE, SWITCHES
from tests.durability.scale import IS_FULL
from tests.http.serving import Served, free_port, serving

ELSEWHERE = ("http://192.0.2.1:8000", "http://hall.example", "https://127.0.0.1", "127.0.0.1:8000", "")


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    """A demo server in a separate process."""
    with serving(settings) as served:
        yield served


def outside() -> list[Promise]:
    """Return the promises that are checked at any Hall; the others have tests of their own."""
    # uvicorn's own protocol leaves both to a proxy: see docs/operating.md.
    beyond = {"endless-heads", "trailers"} if SWITCHES.get("HALL_HTTP") == "uvicorn" else set()
    return [promise for promise in load() if not promise.needs_own and promise.name not in beyond]


@pytest.mark.skipif(DATABASE != "sqlite" and not IS_FULL, reason="what is attacked is before the database")
def test_promises_hold(served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every promise holds, without regard to the speed of this machine."""
    monkeypatch.setattr(documents, "MAX_WAIT_SECONDS", math.inf)
    monkeypatch.setattr(crowds, "MAX_SLOWDOWN", math.inf)
    monkeypatch.setattr(timing, "MAX_DISTANCE", math.inf)
    monkeypatch.setattr(timing, "TRIES", 20)
    asyncio.run(attack(served.address, outside()))
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("BROKEN")] == []


def test_unreachable_hall_breaks_promises(capsys: pytest.CaptureFixture[str]) -> None:
    """A check that cannot be carried out counts as broken."""
    assert not asyncio.run(attack(f"http://127.0.0.1:{free_port()}", outside()))
    assert f"0 of {len(outside())} promises held" in capsys.readouterr().out


@pytest.mark.parametrize("address", ELSEWHERE)
def test_other_hosts_are_refused(address: str) -> None:
    """An address that is not on this machine is refused before any request."""
    with pytest.raises(NotLoopback):
        require_loopback(address)
    assert require_loopback("http://localhost:8000/") == "http://localhost:8000"


def test_suites_name_existing_files() -> None:
    """Each test file or folder of a promise exists."""
    files = [external_suites.TESTS / file for _, _, names in external_suites.SUITES for file in names]
    assert [file for file in files if not file.exists()] == []
