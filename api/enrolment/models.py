"""Enrolments as stored, and what every scheme stores with one: consent, receipt, idempotency record, messages."""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from tortoise import fields
from tortoise.models import Model

from api import encryption
from api.accounts.models import Account
from api.enrolment.status import EnrolmentStatus
from api.people.models import Person

DECLARED_LENGTH = 4000


class Consent(Model):
    """同意: who accepted which text of a notice, and when."""

    id = fields.BigIntField(primary_key=True)
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

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=30, unique=True)
    issued_at = fields.DatetimeField()
    digest = fields.CharField(max_length=64)
    lines: fields.JSONField[list[dict[str, Any]]] = fields.JSONField()

    class Meta:
        table = "receipt"


class IdempotencyRecord(Model):
    """The result that was stored under an idempotency key: one for each account and key."""

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "hall.Account", related_name="idempotency_records", on_delete=fields.RESTRICT
    )
    key = fields.CharField(max_length=64)
    operation = fields.CharField(max_length=40)
    content_digest = fields.CharField(max_length=64)
    enrolment_id = fields.CharField(max_length=40, description="the public id of what came of it")
    kept_at = fields.DatetimeField()

    class Meta:
        table = "kept_answer"
        unique_together = (("account", "key"),)


def new_public_id(prefix: str) -> str:
    """Return a fresh public id, such as `enrolment_…`; it says nothing about how many there are."""
    return f"{prefix}_{secrets.token_urlsafe(16)}"


class StoredEnrolment(encryption.EncryptedModel):
    """The columns that the enrolments of every scheme have: the status, and the verdict as it was given.

    What the person declares on the form stays here: the record of the person keeps its own facts.
    """

    id = fields.BigIntField(primary_key=True)
    public_id = fields.CharField(max_length=40, unique=True)
    status = fields.CharEnumField(EnrolmentStatus, max_length=10)
    status_since = fields.DateField(null=True, description="null: since the day of registration")
    district = fields.CharField(max_length=6)
    registered_at = fields.DatetimeField()
    channel = fields.CharField(max_length=10)
    notice_version = fields.CharField(max_length=40)
    rules_version = fields.CharField(max_length=40)
    verdict: fields.JSONField[dict[str, Any]] = fields.JSONField()
    withdrawn_at = fields.DatetimeField(null=True)
    withdrawal_reason = fields.CharField(max_length=200, null=True)

    person_id: int
    consent_id: int
    receipt_id: int

    class Meta:
        abstract = True

    @classmethod
    def columns_of(cls, values: Mapping[str, str]) -> dict[str, Any]:
        """Return the columns that hold these fields of the form, by their names in the schema."""
        raise NotImplementedError

    @classmethod
    def values_of(cls, row: Any) -> Mapping[str, str | None]:
        """Return the fields of the form of a row, by their names in the schema; None where nothing was given."""
        raise NotImplementedError


class StoredChange(Model):
    """The columns that the history of every enrolment has: a status, and since when it holds."""

    id = fields.BigIntField(primary_key=True)
    status = fields.CharEnumField(EnrolmentStatus, max_length=10)
    since = fields.DateField()
    noted_at = fields.DatetimeField()

    enrolment_id: int

    class Meta:
        abstract = True


class SchemeEnrolment(StoredEnrolment):
    """One enrolment in a scheme that has no table of its own."""

    scheme = fields.CharField(max_length=40)
    declared = encryption.EncryptedText(max_length=DECLARED_LENGTH, description="JSON: the form's fields by name")
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "hall.Person", related_name="scheme_enrolments", on_delete=fields.RESTRICT, db_index=True
    )
    consent: fields.OneToOneRelation[Consent] = fields.OneToOneField(
        "hall.Consent", related_name="scheme_enrolment", on_delete=fields.RESTRICT
    )
    receipt: fields.OneToOneRelation[Receipt] = fields.OneToOneField(
        "hall.Receipt", related_name="scheme_enrolment", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "scheme_enrolment"

    @classmethod
    def columns_of(cls, values: Mapping[str, str]) -> dict[str, Any]:
        """Return the one column that holds the fields of the form."""
        return {"declared": msgspec.json.encode(values).decode()}

    @classmethod
    def values_of(cls, row: Any) -> Mapping[str, str | None]:
        """Return the fields of the form of a row."""
        stored: dict[str, str | None] = msgspec.json.decode(row.declared)
        return stored


class SchemeEnrolmentChange(StoredChange):
    """A change of the status of a `SchemeEnrolment`."""

    enrolment: fields.ForeignKeyRelation[SchemeEnrolment] = fields.ForeignKeyField(
        "hall.SchemeEnrolment", related_name="changes", on_delete=fields.CASCADE, db_index=True
    )

    class Meta:
        table = "scheme_enrolment_change"


class Webhook(encryption.EncryptedModel):
    """通知接收方: another system that is told when the status of an enrolment changes."""

    id = fields.BigIntField(primary_key=True)
    public_id = fields.CharField(max_length=40, unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "hall.Account", related_name="webhooks", on_delete=fields.RESTRICT, db_index=True
    )
    url = fields.CharField(max_length=500)
    document = fields.TextField(description="the GraphQL document that shapes the messages")
    purpose = fields.CharField(max_length=200, description="why, as people read it in their access log")
    secret = encryption.EncryptedText(max_length=60, description="signs the messages")
    active = fields.BooleanField(default=True, description="whether messages are still written for it")
    added_at = fields.DatetimeField()

    account_id: int

    class Meta:
        table = "webhook"


class WebhookMessage(Model):
    """待发通知: a change of an enrolment that one webhook has not accepted yet."""

    id = fields.BigIntField(primary_key=True)
    public_id = fields.CharField(max_length=40, unique=True, description="the same in every attempt")
    webhook: fields.ForeignKeyRelation[Webhook] = fields.ForeignKeyField(
        "hall.Webhook", related_name="messages", on_delete=fields.CASCADE, db_index=True
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "hall.Person", related_name="webhook_messages", on_delete=fields.CASCADE, db_index=True
    )
    enrolment_id = fields.CharField(max_length=40, description="the public id of the enrolment")
    district = fields.CharField(max_length=6)
    registered_at = fields.DatetimeField()
    status = fields.CharEnumField(EnrolmentStatus, max_length=10)
    since = fields.DateField()
    noted_at = fields.DatetimeField()
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField(db_index=True, description="of the next attempt, or the end of the lease of this one")
    given_up = fields.BooleanField(default=False, description="after too many attempts, until an operator tries again")

    webhook_id: int
    person_id: int

    class Meta:
        table = "webhook_message"
