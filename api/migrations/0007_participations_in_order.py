"""What the embedded database reads most, it finds in its order: each person's participations, the oldest first.

Whatever is shown of them stands in the index, so that their table is not looked at.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

SQLITE = """CREATE INDEX participation_in_order ON participation
(person_id, started_on, id, type, status, district, first_enrolled_on, ended_on, employer_id)"""


async def index(_: object, editor: BaseSchemaEditor) -> None:
    """Make the index. PostgreSQL sorts a handful of rows as fast as it would read them from one."""
    if editor.client.capabilities.dialect == "sqlite":
        await editor.client.execute_query(SQLITE)


class Migration(migrations.Migration):
    dependencies = [("hall", "0006_growth")]

    operations = [ops.RunPython(index)]
