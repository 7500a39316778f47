"""What keeps a million people as near as ten thousand: names are found by their signs, and insurances by two indexes."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

# FTS5 knows words, and so each sign of a name becomes one: the hexadecimal digits of its UTF-8, which no tokenizer
# divides, drops or unifies. The words of three signs in a row are a phrase. Few names are longer than four signs.
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
# An array of signs needs no extension, and so no superuser. What is not sorted in yet is searched one by one: not much.
POSTGRESQL = (
    """CREATE INDEX person_folded_name ON person USING gin (string_to_array(folded_name, NULL))
WITH (gin_pending_list_limit = 256)""",
)
INDEXES = (
    "CREATE INDEX participation_of_person ON participation (person_id, type, status)",
    "CREATE INDEX participation_of_type ON participation (type, status, person_id)",
    "DROP INDEX idx_participati_person__87ea36",
    # Nobody asks for a whole name.
    "DROP INDEX idx_person_folded__e3fc43",
)


async def index(_: object, editor: BaseSchemaEditor) -> None:
    """Make the indexes, for those who are there too."""
    is_sqlite = editor.client.capabilities.dialect == "sqlite"
    for statement in (*(SQLITE if is_sqlite else POSTGRESQL), *INDEXES):
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("hall", "0005_sealed_columns")]

    operations = [ops.RunPython(index)]
