"""The parts of Tortoise that are not public, as read in version 1.1.9."""

import logging
from collections.abc import Iterable
from functools import cache
from typing import Any

from tortoise import context
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import MetaInfo, Model

READ_IN = "1.1.9"


def meta(model: type[Model] | Model) -> MetaInfo:
    """Return Tortoise's description of a model: db_table, fields_map, fields_db_projection, basetable, pk_attr, db."""
    return model._meta  # noqa: SLF001 - Tortoise has no public accessor


def current_client() -> BaseDBAsyncClient:
    """Return the client of this task's transaction, or of no transaction.

    `tortoise.connection.get_connections` also checks the event loop, which takes longer than the lookup itself.
    """
    active = context._current_context.get() or context._global_context or context.require_context()  # noqa: SLF001 - see above
    client: BaseDBAsyncClient = active.connections._storage_var.get()["default"]  # noqa: SLF001 - see above
    return client


def connection_of(client: Any) -> Any:
    """Return the connection of a SQLite client or of a transaction; None where it is closed."""
    return client._connection  # noqa: SLF001 - only Tortoise's context managers return it


def set_connection(transaction: Any, connection: Any) -> None:
    """Bind a transaction to `connection`, as Tortoise's context manager does."""
    transaction._connection = connection  # noqa: SLF001 - see above


def lock_of(client: Any) -> Any:
    """Return the lock on the connection of a SQLite client: Tortoise's context manager leaks it on an error."""
    return client._lock  # noqa: SLF001 - see above


class Recorder(MigrationRecorder):
    """Tortoise's recorder, with one model class for all instances: making it parses Tortoise's source for comments."""

    def _make_model(self, table_name: str) -> type[Model]:
        return _recorded(table_name)


@cache
def _recorded(table_name: str) -> type[Model]:
    model: type[Model] = MigrationRecorder(None, table_name=table_name).model
    return model


class _Models(StateApps):
    """The model classes of a migration's state, made when an operation asks for one.

    Tortoise makes them anew before and after each operation, most of which use none: two thirds of a migration's time.
    """

    def __init__(self, described: dict[tuple[str, str], ModelState], connections: dict[str, str]) -> None:
        super().__init__(default_connections=connections)
        self._described = described
        self._are_made = False

    def get_model(self, app_label: str, model_name: str | None = None) -> type[Model]:
        """Return the class of a model."""
        if not self._are_made:
            self._are_made = True
            copies = {name: described.clone() for name, described in self._described.items()}
            self.apps = StateApps(self._default_connections, self._connections).clone(copies).apps
        return super().get_model(app_label, model_name)

    def forget(self) -> None:
        """Drop the classes: the description of a model has changed."""
        self.apps, self._are_made = {}, False


class _State(State):
    """A migration's state, whose model classes are made on demand."""

    apps: _Models

    @classmethod
    def of(cls, models: dict[tuple[str, str], ModelState], connections: dict[str, str]) -> "_State":
        """Return the state of described models."""
        return cls(models, _Models(models, connections))

    def reload_model(self, app_label: str, model_name: str) -> None:  # noqa: ARG002 - Tortoise's signature
        """Drop the classes of all models: a changed model changes those that refer to it."""
        self.apps.forget()

    def reload_models(self, model_tuples: Iterable[tuple[str, str]]) -> None:  # noqa: ARG002 - Tortoise's signature
        """Drop the classes of all models."""
        self.apps.forget()

    def clone(self) -> "_State":
        """Return a copy, which later operations do not change."""
        copies = {name: described.clone() for name, described in self.models.items()}
        return self.of(copies, self.apps._default_connections)  # noqa: SLF001 - see above


class Migrations(MigrationExecutor):
    """Tortoise's executor, which makes model classes on demand and reads the applied migrations with `recorder`."""

    def __init__(self, recorder: MigrationRecorder, apps: dict[str, dict[str, Any]]) -> None:
        # Tortoise's own takes a connection, and makes a recorder.
        self.connection: BaseDBAsyncClient = recorder.connection
        self.recorder = recorder
        self.loader = MigrationLoader(apps, recorder)
        self._full_plan_cache = None
        self._logger = logging.getLogger(__name__)

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        connections = {app: each["default_connection"] for app, each in self.loader.apps_config.items()}
        state: State = _State.of({}, connections)
        plan = self._full_plan()
        for key in plan[: plan.index(upto)] if upto else plan:
            if key in applied and (migration := self.loader.graph.nodes[key]):
                state = await migration.apply(state, dry_run=True)
        return state
