"""Counts wrong sign-in tries in the database, for all workers."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Adds the table of the login throttle."""

    dependencies = [("hall", "0003_access_log")]

    operations = [
        ops.CreateModel(
            name="WrongTries",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "key",
                    fields.CharField(
                        unique=True,
                        description="a digest: neither account nor address is stored",
                        max_length=64,
                    ),
                ),
                ("wrong", fields.IntField()),
                ("until", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "wrong_tries",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "登录失败次数: how often a wrong password was tried lately, by account and address, "
                "by either alone.",
            },
            bases=["Model"],
        ),
    ]
