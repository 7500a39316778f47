"""Keys and numbers of the access log of 64 bits. SQLite has them already."""

from typing import cast

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from api.db.migration_writer import StateOnly
from api.db.postgresql.client import Client
from api.db.postgresql.wide_keys import widen_keys

TABLES = (
    "employer", "person", "non_mainland_info", "participation", "subsidy", "account", "session", "wrong_tries",
    "consent", "receipt", "kept_answer", "flexible_employment_enrolment", "flexible_employment_change",
    "scheme_enrolment", "scheme_enrolment_change", "access_log_entry",
)  # fmt: skip
MODELS = (
    "Account", "Consent", "Employer", "FlexibleEmploymentChange", "FlexibleEmploymentEnrolment", "IdempotencyRecord",
    "Participation", "Person", "Receipt", "SchemeEnrolment", "SchemeEnrolmentChange", "Session", "Subsidy", "WrongTries",
)  # fmt: skip
# While it lasts, the log takes the new columns, and still no other change.
GUARD = """CREATE OR REPLACE FUNCTION access_log_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {exception}
RAISE EXCEPTION 'the access log is only added to' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
WIDE_COLUMNS = "IF TG_OP = 'UPDATE' THEN IF {is_same} THEN RETURN NEW; END IF; END IF;"
IS_SAME = "to_jsonb(OLD) - 'id_wide' - 'person_id_wide' = to_jsonb(NEW) - 'id_wide' - 'person_id_wide'"


async def widen(_: object, editor: BaseSchemaEditor) -> None:
    """Widen the keys on PostgreSQL, in transactions of its own."""
    if editor.client.capabilities.dialect == "sqlite":
        return
    client = cast("Client", editor.client)
    connection = await client.open_command_connection()
    try:
        await connection.execute(GUARD.format(exception=WIDE_COLUMNS.format(is_same=IS_SAME)))
        await widen_keys(connection, TABLES)
        await connection.execute(GUARD.format(exception=""))
    finally:
        await connection.close()
        # Widening has ended those of this process too.
        await client.replace_idle_connections()


class Migration(migrations.Migration):
    dependencies = [("hall", "0015_enrolments_of_any_scheme")]
    atomic = False

    operations = [
        ops.RunPython(widen),
        StateOnly(
            *(
                ops.AlterField(
                    model_name=name,
                    name="id",
                    field=fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True),
                )
                for name in MODELS
            ),
            ops.AlterField(
                model_name="AccessLogEntry",
                name="id",
                field=fields.BigIntField(
                    generated=False, primary_key=True, unique=True, db_index=True, description="from 1, without gaps"
                ),
            ),
        ),
    ]
