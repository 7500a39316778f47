"""Indexes for a million people: full-text search in names, and two indexes of participations."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

# FTS5 indexes words, so each character of a name becomes a word: the hexadecimal digits of its UTF-8, which no
# tokenizer splits, drops or unifies. A substring is a phrase query. Names of up to four characters need no recursion.
SQLITE = (
    """CREATE VIEW person_signs AS SELECT id, CASE WHEN length(folded_name) <= 4
THEN hex(substr(folded_name, 1, 1)) || ' ' || hex(substr(folded_name, 2, 1)) || ' '
  || hex(substr(folded_name, 3, 1)) || ' ' || hex(substr(folded_name, 4, 1))
ELSE (WITH RECURSIVE sign (place, signs) AS (
  SELECT 1, hex(substr(folded_name, 1, 1))
  UNION ALL SELECT place + 1, signs || ' ' || hex(substr(folded_name, place + 1, 1)) FROM sign WHERE place < length(folded_name)
) SELECT signs FROM sign ORDER BY place DESC LIMIT 1) END AS signs FROM person""",
    """CREATE VIRTUAL TABLE person_folded_name USING fts5 (
signs, content = 'person_signs', content_rowid = 'id', columnsize = 0, tokenize = 'ascii')""",
    """CREATE TRIGGER person_name_added AFTER INSERT ON person
BEGIN INSERT INTO person_folded_name (rowid, signs) SELECT id, signs FROM person_signs WHERE id = NEW.id; END""",
    """CREATE TRIGGER person_name_leaves BEFORE UPDATE OF id, folded_name ON person
WHEN OLD.folded_name <> NEW.folded_name OR OLD.id <> NEW.id BEGIN
INSERT INTO person_folded_name (person_folded_name, rowid, signs)
SELECT 'delete', id, signs FROM person_signs WHERE id = OLD.id; END""",
    """CREATE TRIGGER person_name_changed AFTER UPDATE OF id, folded_name ON person
WHEN OLD.folded_name <> NEW.folded_name OR OLD.id <> NEW.id
BEGIN INSERT INTO person_folded_name (rowid, signs) SELECT id, signs FROM person_signs WHERE id = NEW.id; END""",
    """CREATE TRIGGER person_name_removed BEFORE DELETE ON person BEGIN
INSERT INTO person_folded_name (person_folded_name, rowid, signs)
SELECT 'delete', id, signs FROM person_signs WHERE id = OLD.id; END""",
    "INSERT INTO person_folded_name (person_folded_name) VALUES ('rebuild')",
    "INSERT INTO person_folded_name (person_folded_name) VALUES ('optimize')",
)
# A GIN index of the array of characters needs no extension, and so no superuser. Its pending list, which is scanned
# sequentially, is limited to 256 kB.
POSTGRESQL = (
    """CREATE INDEX person_folded_name ON person USING gin (string_to_array(folded_name, NULL))
WITH (gin_pending_list_limit = 256)""",
)
INDEXES = (
    "CREATE INDEX participation_of_person ON participation (person_id, type, status)",
    "CREATE INDEX participation_of_type ON participation (type, status, person_id)",
    "DROP INDEX idx_participati_person__87ea36",
    # Names are only searched by substring.
    "DROP INDEX idx_person_folded__e3fc43",
)


async def index(_: object, editor: BaseSchemaEditor) -> None:
    """Create the indexes and index the existing rows."""
    is_sqlite = editor.client.capabilities.dialect == "sqlite"
    for statement in (*(SQLITE if is_sqlite else POSTGRESQL), *INDEXES):
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("hall", "0005_sealed_columns")]

    operations = [ops.RunPython(index)]
