"""People are found as their names are typed: keys made by an earlier folding are made anew; and so are accounts' names.

A batch at a time, each committed by itself: stopped half-way, it is simply run again. Numbers need nothing, since every
number that an earlier Hall stored is its own canonical form still (tests/people/test_folding.py).
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
    """Give each person the key of the present folding, and each account its name without invisible signs."""
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
            # Where another account has that name, nothing here can say whose it is: both stay.
            if name != row["name"] and not await client.execute_query_dict(TAKEN.format(places[0]), [name]):
                await client.execute_query(NAME.format(*places), [name, row["id"]])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("hall", "0009_declared_and_standing")]

    operations = [ops.RunPython(fold)]
