"""What every scheme stores with an enrolment: consent, receipt, idempotency record."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from api.accounts.models import Account
from api.people.models import Person


class Consent(Model):
    """同意: who accepted which text of a notice, and when."""

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "hall.Person", related_name="consents", on_delete=fields.RESTRICT, db_index=True
    )
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "hall.Account", related_name="consents", on_delete=fields.RESTRICT, db_index=True
    )
    scheme = fields.CharField(max_length=40)
    notice_version = fields.CharField(max_length=40)
    notice_digest = fields.CharField(max_length=64)
    declarations: fields.JSONField[dict[str, bool]] = fields.JSONField(
        null=True, description="what was declared with it; null where nothing was asked"
    )
    given_at = fields.DatetimeField()

    class Meta:
        table = "consent"


class Receipt(Model):
    """回执: what a person takes away. Its lines are kept as they were printed."""

    id = fields.IntField(primary_key=True)
    number = fields.CharField(max_length=30, unique=True)
    issued_at = fields.DatetimeField()
    digest = fields.CharField(max_length=64)
    lines: fields.JSONField[list[dict[str, Any]]] = fields.JSONField()

    class Meta:
        table = "receipt"


class KeptAnswer(Model):
    """The outcome under an idempotency key: one answer per account and key, whoever asks again."""

    id = fields.IntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "hall.Account", related_name="kept_answers", on_delete=fields.RESTRICT
    )
    key = fields.CharField(max_length=64)
    operation = fields.CharField(max_length=40)
    content_digest = fields.CharField(max_length=64)
    enrolment_id = fields.CharField(max_length=40, description="the public id of what came of it")
    kept_at = fields.DatetimeField()

    class Meta:
        table = "kept_answer"
        unique_together = (("account", "key"),)
