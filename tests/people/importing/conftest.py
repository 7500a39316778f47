"""An open, empty database, for tests that import files of their own."""

from collections.abc import AsyncIterator

import pytest
from tortoise.context import TortoiseContext

from api.db.database import connected
from api.settings import Settings


@pytest.fixture
async def empty_database(empty_settings: Settings) -> AsyncIterator[TortoiseContext]:
    """An open, empty database."""
    async with connected(empty_settings) as context:
        yield context
