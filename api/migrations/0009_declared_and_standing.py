"""Stores declarations with the consent, and the first day and the history of an enrolment's status."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from api.enrolment.status import EnrolmentStatus


class Migration(migrations.Migration):
    dependencies = [("hall", "0008_counted_changes")]

    operations = [
        ops.AddField(model_name="Person", name="recorded_on", field=fields.DateField(null=True)),
        ops.AddField(model_name="Consent", name="declarations", field=fields.JSONField(null=True)),
        ops.AddField(model_name="FlexibleEmploymentEnrolment", name="status_since", field=fields.DateField(null=True)),
        ops.CreateModel(
            name="FlexibleEmploymentChange",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "enrolment",
                    fields.ForeignKeyField(
                        "hall.FlexibleEmploymentEnrolment",
                        source_field="enrolment_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="changes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("status", fields.CharEnumField(enum_type=EnrolmentStatus, max_length=10)),
                ("since", fields.DateField()),
                ("noted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "flexible_employment_change",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "A change of an enrolment's status: the history of where it stood, as far as it was "
                "noted.",
            },
            bases=["Model"],
        ),
    ]
