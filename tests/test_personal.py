"""The detection of personal data works."""

import logging

import pytest

from api.clock import today
from api.demo.personas import personas
from api.people.models import Person
from tests import personal
from tests.personal import LeakDetector, detecting_leaks, people_in
from tests.test_statements import LOGGERS


def test_personal_data_is_detected() -> None:
    """Number, telephone number, name and address are detected in JSON, URLs and sentences; masked values are not."""
    known = next(persona.person for persona in personas(today()) if persona.account == "long-name")
    for column in personal.COLUMNS:
        assert people_in(f'{{"event": "Key ({column})=({known[column]}) already exists"}}')
        assert people_in(f"http://127.0.0.1/#/record?x={known[column]}&y=1")
    assert people_in("GET /graphql 200 120***********0013 古* 5f0e0b3b8f0d4d7f 2026-01-01T12:00:00+08:00") == []


@pytest.mark.usefixtures("hall")
async def test_driver_records_are_detected_and_log_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tortoise's DEBUG records contain personal data in their original format, and none in the Hall's format."""
    monkeypatch.setattr(personal, "leaks", [])
    original_format = LeakDetector()
    raw = [logging.getLogger(name) for name in LOGGERS]
    for logger in raw:
        logger.addHandler(original_format)
    try:
        with detecting_leaks():
            assert await Person.filter(name="古丽娜尔·阿不都热依木·买买提").exists()
    finally:
        for logger in raw:
            logger.removeHandler(original_format)
    assert personal.leaks
    assert {line.split(",")[0] for line in personal.leaks} == {"a record of tortoise.db_client at DEBUG"}
