"""Recomputes the search keys of people and the names of accounts with the current folding.

Each batch is a transaction, and the migration is idempotent: after an abort, run it again. Document numbers need no
update: all stored ones are canonical by the current folding too (tests/people/test_folding.py).
"""

from tortoise import migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from api.text.folding import name_key, visible

BATCH = 2000
PEOPLE = "SELECT id, name, folded_name FROM person WHERE id > {} ORDER BY id LIMIT {}"
KEY = "UPDATE person SET folded_name = {} WHERE id = {}"
ACCOUNTS = "SELECT id, name FROM account WHERE id > {} ORDER BY id LIMIT {}"
TAKEN = "SELECT id FROM account WHERE name = {}"
NAME = "UPDATE account SET name = {} WHERE id = {}"


async def fold(_: object, editor: BaseSchemaEditor) -> None:
    """Fold the keys of people, and remove invisible characters from the names of accounts."""
    places = ("?", "?") if editor.client.capabilities.dialect == "sqlite" else ("$1", "$2")
    await _fold_people(editor.client, places)
    await _fold_accounts(editor.client, places)


async def _fold_people(client: BaseDBAsyncClient, places: tuple[str, str]) -> None:
    last = 0
    while rows := await client.execute_query_dict(PEOPLE.format(last, BATCH)):
        last = rows[-1]["id"]
        changed = [[key, row["id"]] for row in rows if (key := name_key(row["name"])) != row["folded_name"]]
        if changed:
            await client.execute_many(KEY.format(*places), changed)


async def _fold_accounts(client: BaseDBAsyncClient, places: tuple[str, str]) -> None:
    last = 0
    while rows := await client.execute_query_dict(ACCOUNTS.format(last, BATCH)):
        last = rows[-1]["id"]
        for row in rows:
            name = visible(row["name"])
            # If another account has that name already, both keep theirs.
            if name != row["name"] and not await client.execute_query_dict(TAKEN.format(places[0]), [name]):
                await client.execute_query(NAME.format(*places), [name, row["id"]])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("hall", "0009_declared_and_standing")]

    operations = [ops.RunPython(fold)]
