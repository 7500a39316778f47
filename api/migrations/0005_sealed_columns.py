"""Widens the columns that may be encrypted, and adds the blind index of document numbers."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

# SQLite does not limit the length of texts.
WIDENED = {
    "person": ("id_number", "household_registration_address", "residential_address", "mobile_number"),
    "non_mainland_info": ("certificate_number",),
    "flexible_employment_enrolment": ("residential_address", "mobile_number"),
}
INDEXED = (
    "ALTER TABLE person ADD COLUMN number_index VARCHAR(64) NOT NULL DEFAULT ''",
    "UPDATE person SET number_index = id_number",
    "CREATE UNIQUE INDEX one_person_a_document ON person (number_index, id_type)",
    "DROP INDEX idx_person_id_numb_f49c03",
)


async def seal(_: object, editor: BaseSchemaEditor) -> None:
    """Widen the columns, and add the blind index."""
    client = editor.client
    if client.capabilities.dialect != "sqlite":
        for table, columns in WIDENED.items():
            for column in columns:
                await client.execute_query(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE TEXT")
    for statement in INDEXED:
        await client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("hall", "0004_wrong_tries")]

    operations = [ops.RunPython(seal)]
