"""An account can be disabled."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("hall", "0011_twenty_sessions")]

    operations = [
        ops.AddField(
            model_name="Account",
            name="disabled",
            field=fields.BooleanField(
                default=False, db_default=False, description="nobody can sign in with it until it is enabled"
            ),
        ),
    ]
