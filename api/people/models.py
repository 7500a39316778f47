"""Who you are: the person of the record, their employer, their insurance, their subsidy."""

import secrets

from tortoise import fields
from tortoise.models import Model

from api import encryption

NAME_LENGTH = 100
ADDRESS_LENGTH = 200


def new_person_id() -> str:
    """Return a fresh public id; it says nothing about how many there are."""
    return f"person_{secrets.token_urlsafe(16)}"


class Employer(Model):
    """单位: who employs, known by its 单位代码."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=30, unique=True)
    name = fields.CharField(max_length=200)

    class Meta:
        table = "employer"


class Person(encryption.EncryptedModel):
    """参保人: the facts of 个人基本信息查询, codes as in api/codes/tables."""

    id = fields.BigIntField(primary_key=True)
    public_id = fields.CharField(max_length=40, unique=True, default=new_person_id)
    id_type = fields.CharField(max_length=2)
    id_number = encryption.EncryptedText(max_length=30)
    number_index = encryption.BlindIndex(of="id_number", default="")
    name = fields.CharField(max_length=NAME_LENGTH)
    folded_name = fields.CharField(max_length=NAME_LENGTH, description="the name as searched: see people/names.py")
    sex = fields.CharField(max_length=1, null=True)
    birth_date = fields.DateField(null=True)
    ethnic_group = fields.CharField(max_length=2, null=True)
    country_or_region = fields.CharField(max_length=3, null=True)
    household_registration_type = fields.CharField(max_length=2, null=True)
    household_registration_address = encryption.EncryptedText(max_length=ADDRESS_LENGTH, null=True)
    residential_address = encryption.EncryptedText(max_length=ADDRESS_LENGTH, null=True)
    postal_code = fields.CharField(max_length=10, null=True)
    mobile_number = encryption.EncryptedText(max_length=20, null=True)
    work_start_date = fields.DateField(null=True)
    employer: fields.ForeignKeyNullableRelation[Employer] = fields.ForeignKeyField(
        "hall.Employer", related_name="staff", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    department = fields.CharField(max_length=100, null=True)
    employment_scope = fields.CharField(max_length=2, null=True)
    host_employer_name = fields.CharField(max_length=200, null=True)
    public_sector_staff_category = fields.CharField(max_length=2, null=True)
    position_nature = fields.CharField(max_length=10, null=True)
    disability_grade = fields.CharField(max_length=1, null=True)
    drawing_pension = fields.BooleanField(default=False)
    insured_district = fields.CharField(
        max_length=6, null=True, description="参保区县: of the newest participation or enrolment, whose staff may look"
    )

    recorded_on = fields.DateField(null=True, description="when the record was last changed by an import")

    employer_id: int | None
    non_mainland_info: fields.BackwardOneToOneRelation["NonMainlandInfo"]
    participations: fields.ReverseRelation["Participation"]
    subsidies: fields.ReverseRelation["Subsidy"]

    class Meta:
        table = "person"
        unique_together = (("number_index", "id_type"),)
        indexes = (("insured_district", "id"),)


class NonMainlandInfo(encryption.EncryptedModel):
    """非大陆户籍人员信息: only of people whose household is not registered on the mainland."""

    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "hall.Person", related_name="non_mainland_info", primary_key=True, on_delete=fields.CASCADE
    )
    chinese_name = fields.CharField(max_length=NAME_LENGTH, null=True)
    employment_permit_type = fields.CharField(max_length=2, null=True)
    employment_permit_expiry_date = fields.DateField(null=True)
    exemption_certificate_type = fields.CharField(max_length=3, null=True)
    certificate_number = encryption.EncryptedText(max_length=50, row="person_id", null=True)
    exemption_start_date = fields.DateField(null=True)
    exemption_end_date = fields.DateField(null=True)

    person_id: int

    class Meta:
        table = "non_mainland_info"


class Participation(Model):
    """参保信息: one period of one insurance, paid by an employer or by the person."""

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "hall.Person", related_name="participations", on_delete=fields.CASCADE
    )
    type = fields.CharField(max_length=3, description="险种 AAE140")
    status = fields.CharField(max_length=1, description="参保状态 AAC031")
    district = fields.CharField(max_length=6, null=True)
    employer: fields.ForeignKeyNullableRelation[Employer] = fields.ForeignKeyField(
        "hall.Employer", related_name="participations", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    first_enrolled_on = fields.DateField(null=True)
    started_on = fields.DateField(null=True)
    ended_on = fields.DateField(null=True)

    person_id: int
    employer_id: int | None

    class Meta:
        table = "participation"
        indexes = (("person_id", "type", "status"), ("type", "status", "person_id"))


class Subsidy(Model):
    """社保补贴: while it lasts, only its district may be chosen."""

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "hall.Person", related_name="subsidies", on_delete=fields.CASCADE, db_index=True
    )
    district = fields.CharField(max_length=6)
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)

    person_id: int

    class Meta:
        table = "subsidy"
