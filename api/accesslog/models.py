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
