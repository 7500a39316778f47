"""The migration that widens PostgreSQL's keys, on its own, in a database that has all others.

Tortoise's executor applies no migration that a later one depends on, and a Hall of today needs the later ones.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from unittest.mock import AsyncMock, patch

from tortoise.context import TortoiseContext

from api.settings import Settings
from tests.forkserver import start

WIDENING = "api.migrations.0016_wide_keys"
# A column cannot change its type while triggers depend on it, as those of a later migration do.
WITHOUT_LATER_TRIGGERS = "DROP TRIGGER person_name_parts ON person; DROP TRIGGER person_name_parts_changed ON person"


def migrate_apart(settings: Settings, prepare: Callable[[], object], seconds: float = 60) -> None:
    """Run `migrate` as a process of its own, as an operator does, with a call before it; fail after these seconds."""
    environment = os.environ | {"HALL_DATABASE_URL": settings.database, "HALL_DATA": str(settings.data)}
    with start("migrate", environment=environment, prepare=prepare) as process:
        assert process.wait(seconds) == 0


def only_widen() -> None:
    """Let `migrate` widen the keys of a database that has all other migrations, which Tortoise's executor would not."""
    patch("api.db.database.pending", AsyncMock(return_value=[WIDENING])).start()
    patch("api.db.database._executor", _Widening).start()


@dataclass(frozen=True, slots=True)
class _Widening:
    context: TortoiseContext

    async def migrate(self) -> None:
        editor = SimpleNamespace(client=self.context.connections.get("default"))
        await import_module(WIDENING).widen(None, editor)


def serve_unmigrated() -> None:
    """Let this process serve before the migration, as the release before does."""
    patch("api.db.database.pending", AsyncMock(return_value=[])).start()
