"""An index for counting an account's reveals of a day."""

from tortoise import migrations
from tortoise.migrations import operations as ops

INDEX = "CREATE INDEX access_log_entry_reveals ON access_log_entry (actor, at) WHERE act = 'REVEAL'"


class Migration(migrations.Migration):
    dependencies = [("hall", "0012_disabled_accounts")]

    operations = [ops.RunSQL(INDEX, "DROP INDEX access_log_entry_reveals")]
