"""What the attack tries holds here, and an attack on something that keeps no promise says so."""

import asyncio
import math
from collections.abc import Iterator

import pytest

from api.settings import Settings
from tests.attack import crowds, documents, timing
from tests.attack.__main__ import attack, load
from tests.attack.promise import Promise
from tests.attack.target import NotOurs, require_loopback
from tests.http.serving import Served, free_port, serving

ELSEWHERE = ("http://192.0.2.1:8000", "http://hall.example", "https://127.0.0.1", "127.0.0.1:8000", "")


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    """A demo Hall as a process of its own."""
    with serving(settings) as served:
        yield served


def outside() -> list[Promise]:
    """Return the promises that are tried at any Hall; the others have tests of their own."""
    return [promise for promise in load() if not promise.needs_own]


def test_every_promise_holds(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried as somebody outside would, though however slowly this machine answers."""
    monkeypatch.setattr(documents, "LONGEST_WAIT", math.inf)
    monkeypatch.setattr(crowds, "LONGEST", math.inf)
    monkeypatch.setattr(timing, "FURTHEST", math.inf)
    monkeypatch.setattr(timing, "TRIES", 20)
    asyncio.run(attack(served.address, outside()))
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("BROKEN")] == []


def test_where_nothing_answers_no_promise_holds(capsys: pytest.CaptureFixture[str]) -> None:
    """A check that could not be carried out counts as broken."""
    assert not asyncio.run(attack(f"http://127.0.0.1:{free_port()}", outside()))
    assert f"0 of {len(outside())} promises held" in capsys.readouterr().out


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_elses_hall_is_attacked(address: str) -> None:
    """An address that does not lead to this machine is refused before anything is sent."""
    with pytest.raises(NotOurs):
        require_loopback(address)
    assert require_loopback("http://localhost:8000/") == "http://localhost:8000"
