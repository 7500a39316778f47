from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("hall", "0016_wide_keys")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Session",
            name="device",
            field=fields.CharField(null=True, description="browser and system, by names of a table", max_length=40),
        ),
        ops.AddField(
            model_name="Session",
            name="network",
            field=fields.CharField(
                null=True, description="the network around the address it began from", max_length=50
            ),
        ),
    ]
