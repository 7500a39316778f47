"""灵活就业参保登记, as stored."""

import secrets
from typing import Any

from tortoise import fields
from tortoise.models import Model

from api import encryption
from api.enrolment.models import Consent, Receipt
from api.people.models import ADDRESS_LENGTH, Person
from api.schemes.flexible_employment.enrolment_status import EnrolmentStatus


def new_enrolment_id() -> str:
    """Return a fresh public id; it says nothing about how many there are."""
    return f"enrolment_{secrets.token_urlsafe(16)}"


class FlexibleEmploymentEnrolment(encryption.SealedModel):
    """灵活就业参保登记: one enrolment, with the verdict as it was given and the form as it was sent.

    What the person declares on the form stays here: the record of the person keeps its own facts.
    """

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=40, unique=True, default=new_enrolment_id)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "hall.Person", related_name="flexible_employment", on_delete=fields.RESTRICT, db_index=True
    )
    status = fields.CharEnumField(EnrolmentStatus, max_length=10)
    status_since = fields.DateField(null=True, description="null: since the day of registration")
    district = fields.CharField(max_length=6)
    registered_at = fields.DatetimeField()
    channel = fields.CharField(max_length=10)
    notice_version = fields.CharField(max_length=40)
    rules_version = fields.CharField(max_length=40)
    verdict: fields.JSONField[dict[str, Any]] = fields.JSONField()
    household_registration_type = fields.CharField(max_length=2)
    ethnic_group = fields.CharField(max_length=2)
    residential_address = encryption.Sealed(max_length=ADDRESS_LENGTH)
    mobile_number = encryption.Sealed(max_length=20)
    position_nature = fields.CharField(max_length=10, null=True)
    consent: fields.OneToOneRelation[Consent] = fields.OneToOneField(
        "hall.Consent", related_name="enrolment", on_delete=fields.RESTRICT
    )
    receipt: fields.OneToOneRelation[Receipt] = fields.OneToOneField(
        "hall.Receipt", related_name="enrolment", on_delete=fields.RESTRICT
    )
    withdrawn_at = fields.DatetimeField(null=True)
    withdrawal_reason = fields.CharField(max_length=200, null=True)

    person_id: int
    consent_id: int
    receipt_id: int

    class Meta:
        table = "flexible_employment_enrolment"


class FlexibleEmploymentChange(Model):
    """A change of an enrolment's status: the history of where it stood, as far as it was noted."""

    id = fields.IntField(primary_key=True)
    enrolment: fields.ForeignKeyRelation[FlexibleEmploymentEnrolment] = fields.ForeignKeyField(
        "hall.FlexibleEmploymentEnrolment", related_name="changes", on_delete=fields.CASCADE, db_index=True
    )
    status = fields.CharEnumField(EnrolmentStatus, max_length=10)
    since = fields.DateField()
    noted_at = fields.DatetimeField()

    enrolment_id: int

    class Meta:
        table = "flexible_employment_change"
