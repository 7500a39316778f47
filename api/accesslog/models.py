"""Who looked at what, and why."""

from tortoise import fields
from tortoise.models import Model

from api.people.models import Person


class AccessLogEntry(Model):
    """访问记录: one use of somebody's record. Rows are added and never changed."""

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "hall.Person", related_name="access_log", on_delete=fields.RESTRICT
    )
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=64, description="the account")
    organisation = fields.CharField(max_length=100)
    purpose = fields.CharField(max_length=200)
    fields_seen: fields.JSONField[list[str]] = fields.JSONField()
    request_id = fields.CharField(max_length=36)

    class Meta:
        table = "access_log_entry"
        indexes = (("person_id", "id"),)
