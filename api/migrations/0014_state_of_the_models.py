"""Updates Tortoise's model state for the changes by SQL and Python in migrations 5 to 13, without database changes."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint

from api.db.migration_writer import StateOnly
from api.encryption.columns import BlindIndex, EncryptedText


class Migration(migrations.Migration):
    dependencies = [("hall", "0013_reveals_of_a_day")]

    operations = [
        StateOnly(
            ops.AlterField(
                model_name="Account",
                name="disabled",
                field=fields.BooleanField(default=False, description="nobody can sign in with it until it is enabled"),
            ),
            ops.AlterField(
                model_name="Consent",
                name="declarations",
                field=fields.JSONField(
                    null=True,
                    description="what was declared with it; null where nothing was asked",
                    encoder=JSON_DUMPS,
                    decoder=loads,
                ),
            ),
            ops.AlterField(
                model_name="FlexibleEmploymentEnrolment",
                name="mobile_number",
                field=EncryptedText(max_length=20, row="public_id"),
            ),
            ops.AlterField(
                model_name="FlexibleEmploymentEnrolment",
                name="residential_address",
                field=EncryptedText(max_length=200, row="public_id"),
            ),
            ops.AlterField(
                model_name="FlexibleEmploymentEnrolment",
                name="status_since",
                field=fields.DateField(null=True, description="null: since the day of registration"),
            ),
            ops.AlterModelOptions(
                name="NonMainlandInfo",
                options={
                    "table": "non_mainland_info",
                    "app": "hall",
                    "pk_attr": "person_id",
                    "table_description": "非大陆户籍人员信息: only of people whose household is not registered on the mainland.",
                },
            ),
            ops.AlterField(
                model_name="NonMainlandInfo",
                name="certificate_number",
                field=EncryptedText(null=True, max_length=50, row="person_id"),
            ),
            ops.AlterField(
                model_name="Participation",
                name="person",
                field=fields.ForeignKeyField(
                    "hall.Person",
                    source_field="person_id",
                    db_constraint=True,
                    to_field="id",
                    related_name="participations",
                    on_delete=OnDelete.CASCADE,
                ),
            ),
            ops.AddIndex(
                model_name="Participation",
                index=Index(fields=["person_id", "type", "status"]),
            ),
            ops.AddIndex(
                model_name="Participation",
                index=Index(fields=["type", "status", "person_id"]),
            ),
            ops.RemoveIndex(
                model_name="Person",
                name=None,
                fields=["folded_name"],
            ),
            ops.RemoveIndex(
                model_name="Person",
                name=None,
                fields=["id_number"],
            ),
            ops.RemoveConstraint(
                model_name="Person",
                name=None,
                fields=["id_type", "id_number"],
            ),
            ops.AlterField(
                model_name="Person",
                name="household_registration_address",
                field=EncryptedText(null=True, max_length=200, row="public_id"),
            ),
            ops.AlterField(
                model_name="Person",
                name="id_number",
                field=EncryptedText(max_length=30, row="public_id"),
            ),
            ops.AlterField(
                model_name="Person",
                name="mobile_number",
                field=EncryptedText(null=True, max_length=20, row="public_id"),
            ),
            ops.AlterField(
                model_name="Person",
                name="recorded_on",
                field=fields.DateField(null=True, description="when the record was last changed by an import"),
            ),
            ops.AlterField(
                model_name="Person",
                name="residential_address",
                field=EncryptedText(null=True, max_length=200, row="public_id"),
            ),
            ops.AddField(
                model_name="Person",
                name="number_index",
                field=BlindIndex(default="", max_length=64, of="id_number"),
            ),
            ops.AddConstraint(
                model_name="Person",
                constraint=UniqueConstraint(fields=("number_index", "id_type"), name=None),
            ),
        ),
    ]
