"""灵活就业参保登记, as stored."""

from collections.abc import Mapping
from typing import Any

from tortoise import fields

from api import encryption
from api.enrolment.models import Consent, Receipt, StoredChange, StoredEnrolment
from api.people.models import ADDRESS_LENGTH, Person

COLUMNS = {
    "householdRegistrationType": "household_registration_type",
    "ethnicGroup": "ethnic_group",
    "residentialAddress": "residential_address",
    "mobileNumber": "mobile_number",
    "positionNature": "position_nature",
}
"""The columns of the form's fields."""


class FlexibleEmploymentEnrolment(StoredEnrolment):
    """灵活就业参保登记: one enrolment, with the verdict as it was given and the form as it was sent.

    Each field of the form has a column.
    """

    household_registration_type = fields.CharField(max_length=2)
    ethnic_group = fields.CharField(max_length=2)
    residential_address = encryption.EncryptedText(max_length=ADDRESS_LENGTH)
    mobile_number = encryption.EncryptedText(max_length=20)
    position_nature = fields.CharField(max_length=10, null=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "hall.Person", related_name="flexible_employment", on_delete=fields.RESTRICT, db_index=True
    )
    consent: fields.OneToOneRelation[Consent] = fields.OneToOneField(
        "hall.Consent", related_name="enrolment", on_delete=fields.RESTRICT
    )
    receipt: fields.OneToOneRelation[Receipt] = fields.OneToOneField(
        "hall.Receipt", related_name="enrolment", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "flexible_employment_enrolment"

    @classmethod
    def columns_of(cls, values: Mapping[str, str]) -> dict[str, Any]:
        """Return a column for each field."""
        return {COLUMNS[name]: value for name, value in values.items()}

    @classmethod
    def values_of(cls, row: Any) -> Mapping[str, str | None]:
        """Return the value of each field; None where nothing was given."""
        return {name: getattr(row, column) for name, column in COLUMNS.items()}


class FlexibleEmploymentChange(StoredChange):
    """A change of an enrolment's status: the history of where it stood, as far as it was noted."""

    enrolment: fields.ForeignKeyRelation[FlexibleEmploymentEnrolment] = fields.ForeignKeyField(
        "hall.FlexibleEmploymentEnrolment", related_name="changes", on_delete=fields.CASCADE, db_index=True
    )

    class Meta:
        table = "flexible_employment_change"
