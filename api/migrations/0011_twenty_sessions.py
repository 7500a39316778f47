"""Limits accounts to twenty sessions: keeps the most recently used ones."""

from tortoise import migrations
from tortoise.migrations import operations as ops

SURPLUS = """DELETE FROM session WHERE id IN (SELECT id FROM (SELECT id, ROW_NUMBER() OVER
(PARTITION BY account_id ORDER BY seen_at DESC, id DESC) AS place FROM session) AS placed WHERE place > 20)"""


class Migration(migrations.Migration):
    dependencies = [("hall", "0010_folded_as_typed")]

    operations = [ops.RunSQL(SURPLUS)]
