"""The index of names has each substring of one to three characters, and on PostgreSQL the order of the list.

Among millions, people with one of several consecutive characters are too many to be compared or sorted. An older Hall
searches along the index before, which is kept for it.
"""

from typing import cast

import asyncpg
from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from api.db.postgresql.client import Client
from api.db.postgresql.online import briefly, fetch


def _signs(length: int) -> str:
    """Return the SQL of the tokens of names of this length, those of one character first: an older Hall asks for phrases."""
    parts = [(size, place) for size in (1, 2, 3) for place in range(1, length - size + 2)]
    return " || ' ' || ".join(f"hex(substr(folded_name, {place}, {size}))" for size, place in parts)


SQLITE_BEGIN = "BEGIN IMMEDIATE; DROP VIEW person_signs"
# Names of up to four characters need no recursion.
SQLITE_VIEW = f"""CREATE VIEW person_signs AS SELECT id, CASE length(folded_name) WHEN 0 THEN ''
{" ".join(f"WHEN {length} THEN {_signs(length)}" for length in (1, 2, 3, 4))}
ELSE (WITH RECURSIVE sign (place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM sign WHERE place < length(folded_name)),
  part (size) AS (SELECT 1 UNION ALL SELECT size + 1 FROM part WHERE size < 3)
  SELECT group_concat(hex(substr(folded_name, place, size)), ' ') FROM (
    SELECT place, size FROM part CROSS JOIN sign WHERE place + size <= length(folded_name) + 1 ORDER BY size, place)
) END AS signs FROM person"""  # noqa: S608 - our own statements
SQLITE_END = """INSERT INTO person_folded_name (person_folded_name) VALUES ('rebuild');
INSERT INTO person_folded_name (person_folded_name) VALUES ('optimize'); COMMIT"""
TABLE = """CREATE TABLE IF NOT EXISTS person_folded_name_part (
rowid bigint NOT NULL, part text COLLATE "C" NOT NULL, PRIMARY KEY (part, rowid))"""
PARTS = """CREATE OR REPLACE FUNCTION parts_of(name text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
SELECT DISTINCT substr(name, place, size) FROM generate_series(1, char_length(name)) place, generate_series(1, 3) size
WHERE place + size <= char_length(name) + 1 $$"""
FOLLOW = """CREATE OR REPLACE FUNCTION parts_of_names_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP <> 'INSERT' THEN
DELETE FROM person_folded_name_part WHERE part IN (SELECT parts_of(OLD.folded_name)) AND rowid = OLD.id; END IF;
IF TG_OP <> 'DELETE' THEN
INSERT INTO person_folded_name_part SELECT NEW.id, parts_of(NEW.folded_name) ON CONFLICT DO NOTHING; END IF;
RETURN NULL; END $$"""
TRIGGERS = (
    """CREATE OR REPLACE TRIGGER person_name_parts AFTER INSERT OR DELETE ON person
FOR EACH ROW EXECUTE FUNCTION parts_of_names_follow()""",
    """CREATE OR REPLACE TRIGGER person_name_parts_changed AFTER UPDATE OF id, folded_name ON person
FOR EACH ROW WHEN (OLD.folded_name <> NEW.folded_name OR OLD.id <> NEW.id) EXECUTE FUNCTION parts_of_names_follow()""",
)
BATCH = 2_000
LAST = "SELECT max(id) FROM (SELECT id FROM person WHERE id > $1 ORDER BY id LIMIT $2) batch"
# The lock makes a change of a name wait, or the parts of the name before would be added after those of the new one.
FILL = """INSERT INTO person_folded_name_part SELECT id, parts_of(folded_name) FROM (
SELECT id, folded_name FROM person WHERE id > {} AND id <= {} AND NOT EXISTS (
SELECT 1 FROM person_folded_name_part WHERE part = substr(folded_name, 1, 1) AND rowid = id) ORDER BY id FOR SHARE
) batch ON CONFLICT DO NOTHING"""


async def index(_: object, editor: BaseSchemaEditor) -> None:
    """Index the parts of all names."""
    client = editor.client
    if client.capabilities.dialect == "sqlite":
        await client.execute_script(f"{SQLITE_BEGIN}; {SQLITE_VIEW}; {SQLITE_END}")
        return
    connection = await cast("Client", client).open_command_connection()
    try:
        await connection.execute(TABLE)
        await connection.execute(PARTS)
        await connection.execute(FOLLOW)
        await briefly(connection, TRIGGERS)
        await _fill(connection)
    finally:
        await connection.close()


async def _fill(connection: asyncpg.Connection) -> None:
    """Add the parts of the names of all people; a second run goes on where the first was interrupted."""
    last = 0
    while (until := (await fetch(connection, LAST, last, BATCH))[0][0]) is not None:
        await briefly(connection, [FILL.format(last, until)])
        last = until
    await connection.execute("ANALYZE person_folded_name_part")


class Migration(migrations.Migration):
    dependencies = [("hall", "0020_checkpoints")]
    atomic = False

    operations = [ops.RunPython(index)]
