"""Who did what with whose record, and why."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class AccessLogEntry(Model):
    """访问记录: one use of a record, one search, or one refusal. Rows are added and never changed: see chain.py."""

    id = fields.BigIntField(primary_key=True, generated=False, description="from 1 in each chain, without gaps")
    person: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "hall.Person",
        related_name="access_log",
        null=True,
        on_delete=fields.RESTRICT,
        description="whose record was shown or changed, nobody's for a search and a refusal",
    )
    act = fields.CharField(max_length=20, description="what was asked for: see accounts/authorization.py")
    granted = fields.BooleanField()
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=64, description="the account")
    organisation = fields.CharField(max_length=100)
    purpose = fields.CharField(max_length=200)
    fields_seen: fields.JSONField[list[str]] = fields.JSONField(description="names of facts and filters, never values")
    people_seen: fields.JSONField[list[int]] = fields.JSONField(description="row numbers of those a search showed")
    request_id = fields.CharField(max_length=36)
    digest = fields.CharField(max_length=64, description="SHA-256 over the digest before and all of this row")

    person_id: int | None

    class Meta:
        table = "access_log_entry"
        indexes = (("person_id", "at", "id"),)


class LogCheckpoint(Model):
    """检查点: the Merkle tree of the log at a moment, and its root, signed. Rows are added and never changed."""

    id = fields.BigIntField(primary_key=True, generated=False, description="from 1, without gaps")
    at = fields.DatetimeField()
    size = fields.BigIntField(db_index=True, description="how many entries the tree has")
    subtrees: fields.JSONField[list[str]] = fields.JSONField(
        description="hashes of the complete subtrees, the largest first"
    )
    note = fields.TextField(description="size and root, signed: https://c2sp.org/tlog-checkpoint")

    class Meta:
        table = "access_log_checkpoint"


class LogSpan(Model):
    """Consecutive entries of one chain that a checkpoint added to the tree. Rows are added and never changed."""

    id = fields.BigIntField(primary_key=True, generated=False, description="the last entry")
    after = fields.BigIntField(description="the row id before the first entry")
    digest = fields.CharField(max_length=64, description="that of the last entry")
    position = fields.BigIntField(description="the place of the first entry in the tree, from 0")
    checkpoint: fields.ForeignKeyRelation[LogCheckpoint] = fields.ForeignKeyField(
        "hall.LogCheckpoint", related_name="spans", on_delete=fields.RESTRICT
    )

    checkpoint_id: int

    class Meta:
        table = "access_log_span"
        indexes = (("checkpoint_id", "position"),)


class LogRemoval(Model):
    """Entries up to a checkpoint were exported, and may be removed. Rows are added and never changed."""

    id = fields.BigIntField(primary_key=True, generated=False, description="the checkpoint")
    at = fields.DatetimeField()
    exported = fields.CharField(max_length=64, description="SHA-256 of the file with the entries")

    class Meta:
        table = "access_log_removal"
