"""A small database to copy."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.settings import Settings


@pytest.fixture
def here(empty_settings: Settings, tmp_path: Path) -> Settings:
    """Settings of an SQLite database with two rows."""
    with closing(sqlite3.connect(tmp_path / "here.sqlite3")) as writing:
        writing.executescript(
            "PRAGMA journal_mode = WAL; CREATE TABLE counted (number); INSERT INTO counted VALUES (1), (2)"
        )
    return replace(empty_settings, database_url=f"sqlite://{tmp_path}/here.sqlite3")
