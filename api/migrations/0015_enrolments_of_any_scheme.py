"""Enrolments in schemes that have no table of their own."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from api.db.migration_writer import StateOnly
from api.encryption.columns import EncryptedText
from api.enrolment.status import EnrolmentStatus


class Migration(migrations.Migration):
    dependencies = [("hall", "0014_state_of_the_models")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SchemeEnrolment",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=40)),
                (
                    "status",
                    fields.CharEnumField(
                        description="REGISTERED: REGISTERED\nACTIVE: ACTIVE\nSUSPENDED: SUSPENDED\nTERMINATED: TERMINATED\nWITHDRAWN: WITHDRAWN",
                        enum_type=EnrolmentStatus,
                        max_length=10,
                    ),
                ),
                ("status_since", fields.DateField(null=True, description="null: since the day of registration")),
                ("district", fields.CharField(max_length=6)),
                ("registered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("channel", fields.CharField(max_length=10)),
                ("notice_version", fields.CharField(max_length=40)),
                ("rules_version", fields.CharField(max_length=40)),
                ("verdict", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("withdrawal_reason", fields.CharField(null=True, max_length=200)),
                ("scheme", fields.CharField(max_length=40)),
                (
                    "declared",
                    EncryptedText(description="JSON: the form's fields by name", max_length=4000, row="public_id"),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "hall.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="scheme_enrolments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "consent",
                    fields.OneToOneField(
                        "hall.Consent",
                        source_field="consent_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="scheme_enrolment",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "receipt",
                    fields.OneToOneField(
                        "hall.Receipt",
                        source_field="receipt_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="scheme_enrolment",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "scheme_enrolment",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "One enrolment in a scheme that has no table of its own.",
            },
            bases=["StoredEnrolment"],
        ),
        ops.CreateModel(
            name="SchemeEnrolmentChange",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "status",
                    fields.CharEnumField(
                        description="REGISTERED: REGISTERED\nACTIVE: ACTIVE\nSUSPENDED: SUSPENDED\nTERMINATED: TERMINATED\nWITHDRAWN: WITHDRAWN",
                        enum_type=EnrolmentStatus,
                        max_length=10,
                    ),
                ),
                ("since", fields.DateField()),
                ("noted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "enrolment",
                    fields.ForeignKeyField(
                        "hall.SchemeEnrolment",
                        source_field="enrolment_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="changes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "scheme_enrolment_change",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "A change of the status of a `SchemeEnrolment`.",
            },
            bases=["StoredChange"],
        ),
        ops.RunSQL(
            # guard: one-standing-scheme-enrolment
            "CREATE UNIQUE INDEX one_standing_scheme_enrolment ON scheme_enrolment (person_id, scheme) "
            "WHERE status IN ('REGISTERED', 'ACTIVE', 'SUSPENDED')",
            reverse_sql="DROP INDEX one_standing_scheme_enrolment",
        ),
        StateOnly(
            ops.DeleteModel("IdempotencyRecord"),
            ops.CreateModel(
                name="IdempotencyRecord",
                fields=[
                    ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                    (
                        "account",
                        fields.ForeignKeyField(
                            "hall.Account",
                            source_field="account_id",
                            db_constraint=True,
                            to_field="id",
                            related_name="idempotency_records",
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("key", fields.CharField(max_length=64)),
                    ("operation", fields.CharField(max_length=40)),
                    ("content_digest", fields.CharField(max_length=64)),
                    ("enrolment_id", fields.CharField(description="the public id of what came of it", max_length=40)),
                    ("kept_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ],
                options={
                    "table": "kept_answer",
                    "app": "hall",
                    "unique_together": (("account", "key"),),
                    "pk_attr": "id",
                    "table_description": "The result that was stored under an idempotency key: one for each account and key.",
                },
                bases=["Model"],
            ),
        ),
    ]
